/* The fields of many rows as columns of small numbers, made when first asked for: equal values have one number, and a
   pass over a hundred thousand rows compares numbers instead of words. */
(function (geoservice) {
  "use strict";

  geoservice.Columns = class {
    constructor(rows) {
      this.rows = rows;
      this.coded = new Map();
    }

    /* {codes, sets} of a path such as "park_name" or "reasons.code": sets[codes[i]] are the values of row i. */
    of(path) {
      if (!this.coded.has(path)) this.coded.set(path, this._code(path));
      return this.coded.get(path);
    }

    _code(path) {
      const [name, ...rest] = path.split(".");
      const { rows } = this;
      const column = rows.length && rows[0].roll ? rows[0].roll.columns[name] : null;
      const codes = new Int32Array(rows.length);
      if (column && column.index) {
        // The roll lists equal values once already.
        for (let i = 0; i < rows.length; i++) codes[i] = column.index[rows[i].at];
        return { codes, sets: column.values.map((value) => valuesOf(value, name, rest)) };
      }
      const [numbers, sets] = [new Map(), []];
      for (let i = 0; i < rows.length; i++) {
        const values = valuesOf(geoservice.fieldOf(rows[i], name), name, rest);
        const words = values.length === 1 ? values[0] : JSON.stringify(values);
        if (!numbers.has(words)) {
          numbers.set(words, sets.length);
          sets.push(values);
        }
        codes[i] = numbers.get(words);
      }
      return { codes, sets };
    }
  };

  function valuesOf(value, name, rest) {
    return [...new Set(geoservice.valuesAt({ [name]: value }, [name, ...rest].join(".")))];
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
