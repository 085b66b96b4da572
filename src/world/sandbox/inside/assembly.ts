interface Wasm {
  Module: new (bytes: unknown) => object;
  Instance: new (module: object, imports?: object) => object;
}

/** WebAssembly is compiled at once instead of on another thread, whose end nobody could foresee. */
export function installAssembly(): void {
  const wasm = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;
  const { Module, Instance } = wasm;
  const compile = async (bytes: unknown) => new Module(bytes);
  const instantiate = async (source: unknown, imports?: object) => {
    if (source instanceof Module) return new Instance(source, imports);
    const module = new Module(source);
    return { module, instance: new Instance(module, imports) };
  };
  Object.assign(wasm, { compile, instantiate });
}
