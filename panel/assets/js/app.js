/* Everything works without this file. It switches on GOV.UK Frontend's components; the modules beside it, one for each
   subject, do the rest. The content policy allows no inline script, so behaviour hangs on data attributes. */
import { initAll } from "./govuk-frontend.min.js";
import "./answers.js";
import "./autosave.js";
import "./fields.js";
import "./keys.js";
import "./session.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
