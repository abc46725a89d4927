/**
 * The design tokens of SAP Horizon that the pages use, by their names in the package `@sap-theming/theming-base-content`.
 * A spec compares them with the package, which itself is far too large for a page: 700 tokens for each theme.
 */
export const HORIZON_LIGHT = {
  sapBackgroundColor: '#f5f6f7',
  sapTextColor: '#131e29',
  sapTitleColor: '#131e29',
  sapContent_LabelColor: '#556b82',
  sapContent_FocusColor: '#0032a5',
  sapGroup_ContentBackground: '#fff',
  sapGroup_ContentBorderColor: '#d9d9d9',
  sapList_BorderColor: '#e5e5e5',
  sapLinkColor: '#0064d9',
  sapButton_Background: '#fff',
  sapButton_TextColor: '#0064d9',
  sapButton_BorderColor: '#bcc3ca',
  sapButton_Hover_Background: '#eaecee',
  sapPositiveTextColor: '#256f3a',
  sapSuccessBackground: '#f5fae5',
  sapSuccessBorderColor: '#30914c',
  sapNegativeTextColor: '#aa0808',
  sapErrorBackground: '#ffeaf4',
  sapErrorBorderColor: '#e90b0b',
} as const;

export const HORIZON_DARK: Readonly<Record<keyof typeof HORIZON_LIGHT, string>> = {
  sapBackgroundColor: '#12171c',
  sapTextColor: '#f5f6f7',
  sapTitleColor: '#f5f6f7',
  sapContent_LabelColor: '#8396A8',
  sapContent_FocusColor: '#9ad3ff',
  sapGroup_ContentBackground: '#1d232a',
  sapGroup_ContentBorderColor: '#323c48',
  sapList_BorderColor: '#2e3742',
  sapLinkColor: '#008fff',
  sapButton_Background: '#1c242c',
  sapButton_TextColor: '#4db1ff',
  sapButton_BorderColor: '#3a4a5a',
  sapButton_Hover_Background: '#222b35',
  sapPositiveTextColor: '#97dd40',
  sapSuccessBackground: '#11331a',
  sapSuccessBorderColor: '#6dad1f',
  sapNegativeTextColor: '#fa6161',
  sapErrorBackground: '#350000',
  sapErrorBorderColor: '#fa6161',
};

/** The tokens that are the same in both themes. */
export const HORIZON_SHAPES = {
  sapElement_BorderCornerRadius: '.75rem',
  sapButton_BorderCornerRadius: '.5rem',
  sapFontFamily: '"72", "72full", Arial, Helvetica, sans-serif',
} as const;

/** Declares the tokens as custom properties of CSS. */
export function declare(tokens: Readonly<Record<string, string>>): string {
  return Object.entries(tokens)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');
}
