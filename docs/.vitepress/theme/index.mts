/// <reference types="vitepress/client" />
// the default theme with the fonts of the system: the site loads nothing from elsewhere
import Theme from 'vitepress/theme-without-fonts';
import './style.css';

export default Theme;
