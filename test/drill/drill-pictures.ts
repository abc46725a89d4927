import type { DrillReport } from './drill-report.js';

/** What a picture shows, for `scripts/lib/pictures.mjs`. */
export interface DrillPicture {
  readonly name: string;
  readonly title: string;
  readonly axis: string;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    readonly text: string;
    readonly highlighted: boolean;
  }[];
}

const seconds = (value: number) => `${value.toFixed(1)} s`;

/** The time lines of the rotations and of the theft. */
export function drillPictures({ rotations, theft }: DrillReport): DrillPicture[] {
  const uses = rotations.flatMap(({ how, firstWithNew, lastWithOld, lost }) => [
    {
      label: `${how}: new certificate first used`,
      value: firstWithNew,
      text: seconds(firstWithNew),
      highlighted: true,
    },
    {
      label: `${how}: old one last used`,
      value: lastWithOld,
      text: `${seconds(lastWithOld)}, ${lost.length} requests lost`,
      highlighted: false,
    },
  ]);
  const attempts = theft.attempts.map(({ possession, action, accepted, workedFor }) => ({
    label: `${possession}: ${action}`,
    value: accepted.before ? (workedFor ?? 0) : 0,
    text: !accepted.before ? 'never' : accepted.after ? seconds(workedFor ?? 0) : 'until the deletion',
    highlighted: accepted.after,
  }));
  return [
    { name: 'rotation', title: 'Rotation', axis: 'seconds after the new binding', bars: uses },
    {
      name: 'theft',
      title: 'What the thief has and does, and how long it works',
      axis: 'seconds after the stolen binding was deleted',
      bars: attempts,
    },
  ];
}
