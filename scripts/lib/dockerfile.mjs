/**
 * One instruction of a Dockerfile.
 *
 * @typedef {object} Instruction
 * @property {string} name in upper case
 * @property {string} text
 */

/**
 * Reads a Dockerfile: its instructions, with continued lines joined, without comments.
 *
 * @param {string} content
 * @returns {Instruction[]}
 */
export function readInstructions(content) {
  return content
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', text = ''] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name: name.toUpperCase(), text };
    });
}

/**
 * Splits instructions into stages, each with the name after `AS`.
 *
 * @param {readonly Instruction[]} instructions
 * @returns {{ name: string, image: string, instructions: Instruction[] }[]}
 */
export function readStages(instructions) {
  /** @type {{ name: string, image: string, instructions: Instruction[] }[]} */
  const stages = [];
  for (const instruction of instructions) {
    if (instruction.name !== 'FROM') {
      stages.at(-1)?.instructions.push(instruction);
      continue;
    }
    const [image = '', , name = String(stages.length)] = instruction.text.split(/\s+/);
    stages.push({ name, image, instructions: [] });
  }
  return stages;
}
