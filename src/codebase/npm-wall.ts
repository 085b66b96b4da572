import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

interface Install {
  args: string[];
  /** The one folder that is written to, besides npm's cache. */
  folder: string;
  cache: string;
  environment: Record<string, string>;
}

const system = ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/opt/homebrew'];
const settings = [
  ...['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/ssl', '/etc/ca-certificates', '/etc/pki'],
  ...['/etc/npmrc', '/etc/alternatives', '/etc/passwd'],
];

/** npm within bubblewrap: the network, the runtime and npm's own settings; of the machine nothing else. */
export function walledNpm({ args, folder, cache, environment }: Install): [command: string, args: string[]] {
  const searched = (environment.PATH ?? '').split(':').filter((one) => path.isAbsolute(one) && existsSync(one));
  const programs = ['node', 'npm'].flatMap((name) => {
    const found = searched.map((one) => path.join(one, name)).find((file) => existsSync(file));
    return found === undefined ? [] : [path.dirname(path.dirname(realpathSync(found)))];
  });
  const userSettings = environment.npm_config_userconfig ?? path.join(homedir(), '.npmrc');
  const certificates = Object.entries(environment).flatMap(([name, value]) =>
    /(cafile|EXTRA_CA_CERTS|SSL_CERT_\w+)$/i.test(name) && path.isAbsolute(value) ? [value] : [],
  );
  const given = {
    ...environment,
    HOME: '/tmp',
    npm_config_cache: cache,
    ...(existsSync(userSettings) ? { npm_config_userconfig: userSettings } : {}),
  };
  const readable = [...system, ...settings, ...searched, ...programs, userSettings, ...certificates];
  const seen = readable.filter((one) => one !== '/' && existsSync(one)).sort((a, b) => a.length - b.length);
  return [
    'bwrap',
    [
      ...['--unshare-all', '--share-net', '--die-with-parent', '--new-session', '--clearenv'],
      ...Object.entries(given).flatMap(([name, value]) => ['--setenv', name, value]),
      ...['--tmpfs', '/tmp', '--proc', '/proc', '--dev', '/dev'],
      ...seen.flatMap((one) => ['--ro-bind', one, one]),
      ...['--bind', cache, cache, '--bind', folder, folder, '--chdir', folder],
      'npm',
      ...args,
    ],
  ];
}
