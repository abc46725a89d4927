import project from '../../../../project.json' with { type: 'json' };

/** The address of a page of the documentation, such as `reference/guard.md`. */
export function documentation(page: string): string {
  return `${project.documentation}/${page}`;
}
