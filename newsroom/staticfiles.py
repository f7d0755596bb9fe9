"""Static files with hashed names, compressed once, imports between our JavaScript modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CompressedModulesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also rewrites `import … from "./x.js"` to the hashed name."""

    support_js_module_import_aggregation = True
