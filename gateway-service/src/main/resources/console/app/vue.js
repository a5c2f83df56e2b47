// The only place that names the library's file.
export * from "/console/lib/vue/dist/vue.runtime.esm-browser.prod.js";
