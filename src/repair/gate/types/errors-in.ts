import path from 'node:path';
import ts from 'typescript-library';

/** What is asked of the type checker; paths are absolute. */
export interface Asked {
  tree: string;
  tsconfig: string;
  files: string[];
  /** Folders beside the tree that may be read: its packages. */
  packages: string[];
}

/** One error, without the line, which moves. */
export interface TypeFault {
  file: string;
  message: string;
}

/** The errors that TypeScript finds in some files of a tree. Reads nothing but the tree, its packages and the library. */
export function errorsIn({ tree, tsconfig, files, packages }: Asked): TypeFault[] {
  const library = path.dirname(ts.sys.getExecutingFilePath());
  const mayRead = (file: string) =>
    [tree, library, ...packages].some((folder) => file === folder || file.startsWith(folder + path.sep));
  const system: ts.System = {
    ...ts.sys,
    fileExists: (file) => mayRead(path.resolve(file)) && ts.sys.fileExists(file),
    readFile: (file, encoding) => (mayRead(path.resolve(file)) ? ts.sys.readFile(file, encoding) : undefined),
    directoryExists: (folder) => mayRead(path.resolve(folder)) && ts.sys.directoryExists(folder),
    getDirectories: (folder) => (mayRead(path.resolve(folder)) ? ts.sys.getDirectories(folder) : []),
    readDirectory: (folder, ...rest) => (mayRead(path.resolve(folder)) ? ts.sys.readDirectory(folder, ...rest) : []),
    getCurrentDirectory: () => tree,
  };
  const { options, fileNames } = settingsFor(tsconfig, files, system);
  const host = ts.createCompilerHost({ ...options, ...quiet });
  for (const name of ['fileExists', 'readFile', 'directoryExists', 'getDirectories'] as const)
    Object.assign(host, { [name]: system[name] });
  host.getCurrentDirectory = () => tree;
  host.writeFile = () => undefined;
  const declared = fileNames.filter((name) => /\.d\.[cm]?ts$/.test(name));
  const program = ts.createProgram([...files, ...declared], { ...options, ...quiet }, host);
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    if (!source) return [];
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found
      .filter(({ category }) => category === ts.DiagnosticCategory.Error)
      .map(({ code, messageText }) => ({
        file: path.relative(tree, file),
        message: `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 300)}`,
      }));
  });
}

const quiet: ts.CompilerOptions = {
  noEmit: true,
  composite: false,
  incremental: false,
  declaration: false,
  skipLibCheck: true,
  tsBuildInfoFile: undefined,
};

/** The settings that hold for the files: those of the tsconfig, or of the one it refers to that takes the files in. */
function settingsFor(tsconfig: string, files: string[], system: ts.System, depth = 0): ts.ParsedCommandLine {
  const read = ts.readConfigFile(tsconfig, system.readFile);
  const parsed = ts.parseJsonConfigFileContent(read.config ?? {}, system, path.dirname(tsconfig), undefined, tsconfig);
  if (depth > 3 || files.some((file) => parsed.fileNames.includes(file))) return parsed;
  for (const { path: to } of parsed.projectReferences ?? []) {
    const at = to.endsWith('.json') ? to : path.join(to, 'tsconfig.json');
    if (!system.fileExists(at)) continue;
    const inner = settingsFor(at, files, system, depth + 1);
    if (files.some((file) => inner.fileNames.includes(file))) return inner;
  }
  return parsed;
}
