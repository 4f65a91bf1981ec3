// Types of `import app from './app.wasm?tazzina'`: name them with /// <reference types="tazzina/client" />.
declare module '*?tazzina' {
  const module: import('tazzina/translated').TranslatedModule;
  export default module;
}
