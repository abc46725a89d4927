/**
 * Measures every subject once per round, A B C A B C …, so that disturbances of the machine affect all of them equally.
 *
 * @template {{ name: string }} Subject
 * @template Sample
 * @param {readonly Subject[]} subjects
 * @param {number} rounds
 * @param {(subject: Subject) => Promise<Sample>} measure
 * @returns {Promise<Map<string, Sample[]>>} samples by subject name
 */
export async function interleave(subjects, rounds, measure) {
  /** @type {Map<string, Sample[]>} */
  const samples = new Map(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) samples.get(subject.name)?.push(await measure(subject));
  }
  return samples;
}
