import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright';
import manifest from '../../package.json' with { type: 'json' };

/** Left out of the flags that come with it: one process dies with its first page, and the web's own walls shall stand. */
const leftOut = ['--single-process', '--disable-web-security', '--allow-running-insecure-content'];

/** Starts the Chromium that came with npm; when the machine misses a library, the error says which. */
export async function startChromium(): Promise<Browser> {
  const executablePath = path.join(await unpacked(), 'chromium');
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

/** The folder with Chromium unpacked. It appears as a whole, so that test files that run side by side never start half a binary. */
async function unpacked(): Promise<string> {
  const folder = path.join(tmpdir(), `rehearse-chromium-${manifest.devDependencies['@sparticuz/chromium']}`);
  if (existsSync(folder)) return folder;
  const scratch = await mkdtemp(`${folder}-`);
  await unpackInto(scratch);
  await rename(scratch, folder).catch(async (thrown) => {
    if (!existsSync(folder)) throw thrown;
    await rm(scratch, { recursive: true });
  });
  return folder;
}

/** The package unpacks to the temporary folder of the moment in which it is asked. */
function unpackInto(scratch: string): Promise<string> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = scratch;
  const unpacking = sparticuz.executablePath();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  return unpacking;
}
