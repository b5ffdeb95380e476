// Numbers and sentences in the person's language.

/** @typedef {import("./types.d.ts").NumberStyle} NumberStyle */

const LEAST = 1e-6; // a smaller share is said to be less than this

export class Labels {
  /** @param {import("./types.d.ts").Texts} texts @param {string} locale */
  constructor(texts, locale) {
    this.settings = texts.settings;
    this.zeros = texts.zeros;
    this.statuses = texts.statuses;
    this.verdicts = texts.verdicts;
    this.sentences = texts.sentences;
    this.integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3, useGrouping: false });
    this.percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
    this.share = new Intl.NumberFormat(locale, { style: "percent", maximumSignificantDigits: 2 });
    this.compact = new Intl.NumberFormat(locale, {
      notation: "compact",
      maximumSignificantDigits: 3,
    });
    this.three = new Intl.NumberFormat(locale, {
      minimumSignificantDigits: 3,
      maximumSignificantDigits: 3,
      useGrouping: false,
    });
  }

  /** A value of a setting: its zero has a name. @param {number} value @param {string} setting */
  number(value, setting) {
    return value === 0 ? this.zeros[setting] : this.short.format(value);
  }

  /** What a mark on a curve says. @param {import("./types.d.ts").MarkOp} mark */
  mark({ setting, old, new: now }) {
    const name = this.settings[setting] ?? this.sentences[setting] ?? setting;
    return `${name} ${this.number(old, setting)} → ${this.number(now, setting)}`;
  }

  /** @param {number | string | null | undefined} value @param {NumberStyle | null} style */
  format(value, style) {
    if (value === null || value === undefined) return "–";
    if (typeof value === "string") return value;
    if (style === "share" && value < LEAST) return `< ${this.share.format(LEAST)}`;
    return this[style ?? "three"].format(value);
  }

  /**
   * "update {done} of {total}" with {done: 40, total: 7200}; texts go in as they are.
   * @param {string} name of the sentence
   * @param {Record<string, number | string>} values
   */
  fill(name, values) {
    /** @type {Record<string, Intl.NumberFormat>} */
    const styled = { rate: this.compact };
    return this.sentences[name].replace(/\{(\w+)\}/g, (_, key) => {
      const value = values[key];
      return typeof value === "number" ? (styled[key] ?? this.integer).format(value) : value;
    });
  }

  /**
   * "training {train:three}" with {train: 4.161}: what a panel's readouts show, in a sentence.
   * @param {string} sentence
   * @param {(name: string) => number | string | null | undefined} value
   */
  say(sentence, value) {
    return sentence.replace(/\{(\w+)(?::(\w+))?\}/g, (_, name, style) =>
      this.format(value(name), /** @type {NumberStyle | undefined} */ (style) ?? null),
    );
  }

  /** Seconds as 0:39, 12:05 or 1:02:03. @param {number} seconds */
  duration(seconds) {
    const whole = Math.max(0, Math.round(seconds));
    const minutes = Math.floor(whole / 60);
    const rest = String(whole % 60).padStart(2, "0");
    if (minutes < 60) return `${minutes}:${rest}`;
    return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
  }
}
