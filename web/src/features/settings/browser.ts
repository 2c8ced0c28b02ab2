const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

const length_max = 60;

/**
 * What a browser says of itself, in a few words: "Firefox, Linux". Programs are shown by their own
 * words; null where there are none. It is for recognising one's own devices and nothing else.
 */
export function browserOf(agent: string): string | null {
  const browser = browsers.find(([mark]) => agent.includes(mark))?.[1];
  const system = systems.find(([mark]) => agent.includes(mark))?.[1];
  if (browser) return system ? `${browser}, ${system}` : browser;
  return agent.trim().slice(0, length_max) || null;
}
