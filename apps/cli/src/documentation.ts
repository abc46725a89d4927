import { REJECTIONS } from 'nest-ias/internal';
import project from '../../../project.json' with { type: 'json' };

/** The page that describes a stable code. */
export function documentationUrl(code: string): string {
  const page = Object.hasOwn(REJECTIONS, code) ? 'reference/guard.md#codes' : 'reference/errors.md';
  return `${project.documentation}/${page}`;
}
