/** Texts of the enlarged pictures. */
export const zoom = {
  'zoom.label': 'Enlarged pictures of {title}',
  'zoom.in': 'Enlarge more',
  'zoom.out': 'Enlarge less',
  'zoom.close': 'Close',
  'zoom.previous': 'Previous picture',
  'zoom.next': 'Next picture',
  'zoom.of': '{n} of {count}',
  'zoom.level': '{percent} %',
} as const;
