import GithubSlugger from 'github-slugger';
import { defineConfig } from 'vitepress';
import project from '../../project.json' with { type: 'json' };
import { blockLabel } from './block-labels.mjs';
import { siteLink } from './links.mjs';
import { pagesOf, type Page } from './pages.mjs';

/** Written from the docstrings before the site is built, and not in git. */
const PACKAGES = [
  'nest-ias',
  'nest-ias/axios',
  'nest-ias/graphql',
  'nest-ias/swagger',
  '@nest-ias/testing',
  '@nest-ias/testing/vitest',
  '@nest-ias/landscape',
];

const SECTIONS = [
  { title: 'Tutorials', folder: 'tutorials' },
  { title: 'How-to guides', folder: 'how-to' },
  { title: 'Explanation', folder: 'explanation' },
  { title: 'Reference', folder: 'reference' },
  { title: 'Decisions', folder: 'decisions' },
];

const toPackage = (name: string) => ({ text: name, link: `/reference/packages/${name}` });
const toItem = ({ title, link }: Page) => ({ text: title, link });

export default defineConfig({
  title: 'nest-ias',
  description: 'App-to-app security for NestJS on SAP BTP, with mutual TLS and SAP Cloud Identity Services',
  // GitHub Pages serves a project below its name; the workflow says where
  base: process.env['DOCS_BASE'] ?? '/',
  outDir: '../dist/docs',
  cacheDir: '../node_modules/.cache/vitepress',
  lang: 'en-GB',
  ignoreDeadLinks: 'localhostLinks',
  // GitHub shows the README of a folder, a site its index
  rewrites: { 'README.md': 'index.md', ':folder/README.md': ':folder/index.md' },
  markdown: {
    // the anchors that GitHub creates, so that a link works in both places
    anchor: { slugify: (heading) => new GithubSlugger().slug(heading) },
    config: (markdown) => {
      const renderLink = markdown.renderer.rules['link_open'];
      markdown.renderer.rules['link_open'] = (tokens, index, options, environment, renderer) => {
        const token = tokens[index];
        const target = token?.attrGet('href');
        if (token && target) token.attrSet('href', siteLink(target, environment.path));
        return (
          renderLink?.(tokens, index, options, environment, renderer) ??
          renderer.renderToken(tokens, index, options)
        );
      };
      const renderBlock = markdown.renderer.rules['fence'];
      markdown.renderer.rules['fence'] = (tokens, index, ...rest) => {
        const block = renderBlock?.(tokens, index, ...rest) ?? '';
        const label = blockLabel(tokens[index]?.info ?? '', tokens[index]?.content ?? '');
        return label === undefined ? block : `${block}<p class="block-label">${label}</p>`;
      };
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: SECTIONS.map(({ title, folder }) => ({ text: title, link: `/${folder}/` })),
    sidebar: Object.fromEntries(
      SECTIONS.map(({ title, folder }) => [
        `/${folder}/`,
        [
          { text: title, link: `/${folder}/`, items: pagesOf(folder).map(toItem) },
          ...(folder === 'reference' ? [{ text: 'Packages', items: PACKAGES.map(toPackage) }] : []),
        ],
      ]),
    ),
    outline: 'deep',
    socialLinks: [{ icon: 'github', link: project.repository }],
    footer: { message: 'Apache-2.0. Not a product of SAP.' },
  },
});
