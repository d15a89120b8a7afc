/* The language of the screen. Its words lie in words.js, which tools/words.py writes from the gettext catalogues in
   geoservice/locale; the words of the data come from the definition. */
(function (geoservice) {
  "use strict";

  let language = "zh";

  geoservice.setLanguage = (chosen) => {
    language = chosen === "en" ? "en" : "zh";
  };

  geoservice.language = () => language;

  /* The word under a key, in the language of the page. */
  geoservice.word = (key) => geoservice.WORDS[key][language === "zh" ? 0 : 1];

  /* Whether there is a word under a key. */
  geoservice.hasWord = (key) => Object.hasOwn(geoservice.WORDS, key);

  /* One of a pair {zh, en}; a plain text passes as it is. */
  geoservice.pick = (pair) => {
    if (pair === null || pair === undefined) return "";
    return typeof pair === "string" ? pair : pair[language] || pair.zh || "";
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
