// brain.js calls this when it is loaded; everything else it needs on a GPU only.
module.exports = { alias: (_name, source) => source };
