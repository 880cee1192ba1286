const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity of Kubernetes (`100m`, `24632884Ki`, `1.5e3`) as a number; 0 of what is none. */
export const quantityOf = (text: string | undefined): number => {
  const [, digits, suffix] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkKMGTPE]i?|)$/.exec(text ?? '') ?? [];
  const factor = SUFFIXES[suffix ?? ''];
  return digits === undefined || factor === undefined ? 0 : Number(digits) * factor;
};
