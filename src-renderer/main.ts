/** Starts the renderer: fonts, theme and the one component that holds everything. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './theme.css';
import './base.css';
import { mount } from 'svelte';
import { hasBridge } from './api.ts';
import App from './App.svelte';
import NoBridge from './views/shell/NoBridge.svelte';

const target = document.getElementById('app');
if (target) mount(hasBridge() ? App : NoBridge, { target });
