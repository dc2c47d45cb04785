import"./chunk-LSVG4AF5.js";import"./chunk-OCISEBLZ.js";import"./chunk-IYWUY3VA.js";
