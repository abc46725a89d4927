/** What axios in the bundles of our apps builds forms with: the `FormData` of Node.js instead of the package `form-data`. */
module.exports = FormData;
