/**
 * Measures every subject once a round, A B C A B C …: what disturbs the machine disturbs all of them alike.
 *
 * @template {{ name: string }} Subject
 * @template Sample
 * @param {readonly Subject[]} subjects
 * @param {number} rounds
 * @param {(subject: Subject) => Promise<Sample>} measure
 * @returns {Promise<Map<string, Sample[]>>} samples by name of the subject
 */
export async function interleave(subjects, rounds, measure) {
  /** @type {Map<string, Sample[]>} */
  const samples = new Map(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) samples.get(subject.name)?.push(await measure(subject));
  }
  return samples;
}
