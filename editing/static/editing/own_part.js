// Painting a part of one's own on some photos.
import { setUpPainting } from "./painter.js";

const form = document.getElementById("own-part");
if (form) setUpPainting(form);
