import { Octokit } from 'octokit';
import { tell } from '../../errors.ts';

/** Whether a GitHub token works, and as whom. */
export async function checkGitHub({
  token,
  apiUrl,
}: {
  token: string;
  apiUrl: string;
}): Promise<{ well: boolean; says: string }> {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const octokit = new Octokit({
    auth: token,
    baseUrl: apiUrl,
    log: quiet,
    request: { timeout: 10_000 },
    retry: { enabled: false },
    throttle: { enabled: false },
  });
  try {
    const { data } = await octokit.rest.users.getAuthenticated();
    return { well: true, says: `the token works, as ${data.login}` };
  } catch (thrown) {
    return {
      well: false,
      says: `GitHub refused the token or was not reached: ${tell(thrown)}. Check GITHUB_TOKEN and GITHUB_API_URL.`,
    };
  }
}
