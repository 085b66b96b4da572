import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright';

/** Left out of the flags that come with it: one process dies with its first page, and the web's own walls shall stand. */
const leftOut = ['--single-process', '--disable-web-security', '--allow-running-insecure-content'];

/** Starts the Chromium that came with npm; when the machine misses a library, the error says which. */
export async function startChromium(): Promise<Browser> {
  const executablePath = await sparticuz.executablePath();
  const args = sparticuz.args.filter((flag) => !leftOut.includes(flag));
  try {
    return await chromium.launch({ executablePath, args });
  } catch (cause) {
    const missing = /([\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(String(cause))?.[1];
    const sentence = missing
      ? `Chromium needs the library ${missing}, which this machine lacks. On Debian: apt-get install libnss3 libnspr4.`
      : 'Chromium did not start.';
    throw new Error(sentence, { cause });
  }
}
