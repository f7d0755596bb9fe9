"""Settings, read from the environment and safe by default.

Nothing set means production: DEBUG off, HTTPS expected, no host, and no start without a secret key. `make run` sets
NEWSROOM_DEMO=1, engineers set NEWSROOM_DEBUG=1; `.env.example` lists every name with its meaning.
"""

import datetime as dt
import os
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from js_asset import static_lazy

from newsroom.environment import Environment
from newsroom.lib import languages
from newsroom.lib.embeds import FRAME_HOSTS
from newsroom.pagecache.edges.kinds import edge_at

BASE_DIR = Path(__file__).resolve().parent.parent
# A wheel has the templates in the package, and is run in the folder where its data are (pyproject.toml, [tool.hatch…]).
IS_CHECKOUT = (BASE_DIR / "manage.py").is_file()
TEMPLATES_DIR = BASE_DIR / "templates" if IS_CHECKOUT else BASE_DIR / "newsroom" / "templates"
env = environ.Env()
if env_file := env.str("NEWSROOM_ENV_FILE", ""):
    if not Path(env_file).is_file():
        raise ImproperlyConfigured(f"NEWSROOM_ENV_FILE is “{env_file}”: set it to a file that exists, or to nothing.")
    environ.Env.read_env(env_file)
env.ENVIRON = {name: value for name, value in os.environ.items() if value}  # an empty value is as good as none
read = Environment(env)

DEBUG = read.flag("NEWSROOM_DEBUG", False)
DEMO = read.flag("NEWSROOM_DEMO", False)  # the demo's accounts and key, on this machine only
PLAYGROUND = DEBUG or DEMO
VAR_DIR = Path(read.text("NEWSROOM_VAR", str((BASE_DIR if IS_CHECKOUT else Path.cwd()) / "var")))
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"NEWSROOM_VAR is “{VAR_DIR}”: set it to a folder that can be written to.") from error

# -- keys and hosts ----------------------------------------------------------------------------------------------------
INSECURE_KEY = "insecure-key-for-the-demo-and-for-tests-only-never-for-a-real-site"  # public: it is in the repository
SECRET_KEY = read.secret_key("NEWSROOM_SECRET_KEY", INSECURE_KEY, is_playground=PLAYGROUND)
# Keys that SECRET_KEY replaced: links signed and data keys sealed under them are still read (docs/keys.md).
SECRET_KEY_FALLBACKS = env.list("NEWSROOM_SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = read.hosts("NEWSROOM_HOSTS", ["localhost", ".localhost", "127.0.0.1"] if PLAYGROUND else [])
# The one host on which the desk (the admin) answers.
DESK_HOST = read.host("NEWSROOM_DESK_HOST", "localhost" if PLAYGROUND else "")
HTTPS = read.flag("NEWSROOM_HTTPS", not PLAYGROUND)
# The port that readers' browsers see, when it is not the scheme's own: part of every absolute address.
PUBLIC_PORT = read.port("NEWSROOM_PORT", "8000" if PLAYGROUND else "")
CSRF_FAILURE_VIEW = "newsroom.desk.old_token.old_token"
CSRF_TRUSTED_ORIGINS = [f"https://{DESK_HOST}"] if HTTPS and DESK_HOST else []

# -- apps --------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "newsroom.desk.apps.DeskConfig",  # django.contrib.admin, with our site
    "newsroom.desk.apps.DeskFormsConfig",
    "newsroom.publications",
    "newsroom.pagecache",
    "newsroom.search",
    "newsroom.audience",
    "newsroom.keys",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "newsroom.accounts",  # after these two, whose pages in the admin it takes away
    "django_tasks",
    "django_tasks_db",  # before the worker, which registers another admin page for its rows
    "newsroom.worker",
    "newsroom.comparator",
    "taggit",  # before the articles, which take its admin page away: our tags have one
    "articles",
    "comments",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "csp",
    "django_prose_editor",
    "js_asset",
]

MIDDLEWARE = [
    "newsroom.middleware.healthz",
    "newsroom.middleware.known_methods",
    "newsroom.middleware.clean_query",
    "newsroom.pagecache.requests.begin_page",
    "newsroom.audience.middleware.count_visits",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "newsroom.middleware.CompressTexts",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "newsroom.middleware.resolve_host",
    "newsroom.middleware.choose_language",
    "newsroom.publications.opening.hold_back",
    # The next four do nothing, and set no cookie, until a view uses them: public views never do (a test holds that).
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "newsroom.accounts.middleware.slide_session",
    "newsroom.accounts.middleware.ask_second_factor",
    "newsroom.desk.middleware.uploads",
    "newsroom.desk.middleware.desk_time",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "axes.middleware.AxesMiddleware",
    "newsroom.pagecache.requests.put_parts",
]

ROOT_URLCONF = "newsroom.urls"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
WSGI_APPLICATION = "newsroom.wsgi.application"
SITE_ID = None  # django.contrib.sites is not used: the Host header alone says which publication is read
TEMPLATES = [
    {  # readers' pages; first, since they are asked for most
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [TEMPLATES_DIR / "public"],
        "OPTIONS": {
            "environment": "newsroom.templating.environment",
            "context_processors": ["articles.context.site"],
        },
    },
    {  # the desk's
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [TEMPLATES_DIR],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsroom.desk.context.desk",
                "newsroom.accounts.context.shell",
            ],
        },
    },
]

# -- data --------------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": read.url(
        "DATABASE_URL",
        env.db_url,
        f"sqlite:///{VAR_DIR / 'newsroom.sqlite3'}",
        schemes="postgres postgresql sqlite",
        expected="postgres://user:password@host/name",
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at BEGIN, so that two of them queue instead of failing halfway.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: with NORMAL the last saves can be lost when the power fails.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # The file stays open in the threads that read it: to open it anew costs as much as a page's own queries.
    DATABASES["default"].setdefault("CONN_MAX_AGE", None)
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
CACHES = {
    "default": read.url(
        "CACHE_URL",
        env.cache_url,
        f"filecache://{VAR_DIR / 'cache'}",  # shared by the processes of one host: limits of signing in count in it
        schemes="filecache locmemcache rediscache redis rediss unix",
        expected="rediscache://host:6379/0",
    )
}
if CACHES["default"]["BACKEND"].endswith("FileBasedCache"):
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 20_000}  # limits are forgotten at random when it is full
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- the vault of comments ---------------------------------------------------------------------------------------------
# The public key that seals it (manage.py vault_keys): only the private one, which no server holds, opens it then.
VAULT_PUBLIC_KEY = read.key("NEWSROOM_VAULT_PUBLIC_KEY", 32)

# -- side effects ------------------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "recurring"]}}
# Seconds after which a worker that was not seen counts as dead, and its task is tried again by another.
WORKER_LEASE = read.number("NEWSROOM_WORKER_LEASE", 30.0, least=1, unit="seconds")
# smtp://user:password@host:587, or smtp+tls://…; the demo's mails are files in NEWSROOM_VAR/mail.
vars().update(
    read.url(
        "NEWSROOM_MAIL_URL", env.email_url, "filemail:" if PLAYGROUND else "smtp://localhost:25",
        schemes="smtp smtp+tls smtps smtp+ssl filemail consolemail memorymail dummymail",
        expected="smtp+tls://user:password@host:587",
    )
)  # fmt: skip
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = read.mail_address("NEWSROOM_MAIL_FROM", f"Newsroom <newsroom@{DESK_HOST or 'localhost'}>")

# -- fetching from strangers -------------------------------------------------------------------------------------------
# Hosts of private networks that may be fetched from all the same: a partner on the intranet, a test's server.
FETCH_ALLOWED_HOSTS = env.list("NEWSROOM_FETCH_ALLOWED_HOSTS", default=[])

# -- the Comparateur ---------------------------------------------------------------------------------------------------
# The one currency in which prices are compared, and the country that offers are delivered to (ISO 4217, ISO 3166).
COMPARATOR_CURRENCY = read.code("NEWSROOM_COMPARATOR_CURRENCY", "EUR", letters=3)
COMPARATOR_COUNTRY = read.code("NEWSROOM_COMPARATOR_COUNTRY", "FR", letters=2)

# -- the server --------------------------------------------------------------------------------------------------------
# Threads a process that run Django, in each of its lanes (newsroom/server).
SERVER_THREADS = int(read.number("NEWSROOM_THREADS", 2, least=1))

# -- the page cache and caches in front --------------------------------------------------------------------------------
# Bytes of rendered pages that each process keeps; 0: none, every page is rendered for who asks.
PAGE_CACHE_BYTES = int(read.number("NEWSROOM_PAGE_CACHE_BYTES", 64 * 1024 * 1024, least=0, unit="bytes"))
# Seconds for which kept pages are given while the database is down.
STALE_IF_DOWN = read.number("NEWSROOM_STALE_IF_DOWN", 300.0, least=0, unit="seconds")
# Caches in front, which the worker tells what to drop: answers name to them the tags of what they were made from.
EDGES = read.each(
    "NEWSROOM_EDGES", edge_at, expected="varnish://127.0.0.1:6083 or fastly://token@service, with commas between"
)
# The folder that nginx's proxy_cache on this machine shares with us (deploy/nginx.conf); "": nginx stores no page.
EDGE_NGINX = read.text("NEWSROOM_EDGE_NGINX")

# -- files -------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "newsroom" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "newsroom.storage.WholeFileStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "newsroom.staticfiles.CompressedModulesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
# A photographer's image is often 20 MB; a larger one than this is refused with a reason.
IMAGE_MAX_BYTES = int(read.number("NEWSROOM_IMAGE_MAX_BYTES", 30 * 1024 * 1024, least=1))
IMAGE_MAX_PIXELS = int(read.number("NEWSROOM_IMAGE_MAX_PIXELS", 80_000_000, least=1))
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["newsroom.lib.uploads.SkipFiles"]  # the desk has its own (newsroom.desk.middleware.uploads)

# -- language and time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"  # the desk's, until a person chooses; readers get their publication's
LANGUAGES = [(code, language.name) for code, language in languages.LANGUAGES.items()]
LOCALE_PATHS = [BASE_DIR / "newsroom" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # each publication has its own

# -- signing in --------------------------------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
] + [{"NAME": "newsroom.accounts.passwords.PredictablePasswordValidator"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses before a password is looked at
    "newsroom.accounts.backend.AccountBackend",
]
SESSION_COOKIE_AGE = 14 * 24 * 3600  # without a visit; each slides it (newsroom/accounts/middleware.py)
PASSWORD_RESET_TIMEOUT = 2 * 3600
ACCOUNT_ADAPTER = "newsroom.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]  # nobody signs up: the adapter says so
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation's link went to the address
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_FORMS = {
    "login": "newsroom.accounts.forms.SignInForm",
    "reset_password": "newsroom.accounts.forms.ResetPasswordForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Passwords and codes are counted by axes (newsroom/accounts/guessing.py).
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": False, "reset_password": "20/h/ip"}
MFA_ADAPTER = "newsroom.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # half a minute: clocks differ
MFA_FORMS = {
    "authenticate": "newsroom.accounts.forms.AuthenticateForm",
    "reauthenticate": "newsroom.accounts.forms.ReauthenticateForm",
    "add_webauthn": "newsroom.accounts.forms.AddKeyForm",
    "login_webauthn": "newsroom.accounts.forms.KeySignInForm",
    "authenticate_webauthn": "newsroom.accounts.forms.KeyAuthenticateForm",
    "reauthenticate_webauthn": "newsroom.accounts.forms.KeyReauthenticateForm",
}
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_CLIENT_IP_CALLABLE = "newsroom.accounts.guessing.network_of"
AXES_USERNAME_CALLABLE = "newsroom.accounts.guessing.counted_as"
AXES_LOCKOUT_PARAMETERS = "newsroom.accounts.guessing.lockout_parameters"
AXES_LOCKOUT_CALLABLE = "newsroom.accounts.guessing.too_many"
AXES_SENSITIVE_PARAMETERS = ["login", "code", "credential"]  # people type a password where the name belongs
AXES_DISABLE_ACCESS_LOG = True  # ours says more (AccountEvent)
AXES_VERBOSE = False

# -- headers for browsers ----------------------------------------------------------------------------------------------
# Tiptap, inside the editor, injects one <style>; without it typed spaces turn into &nbsp;. Its hash changes with the
# bundled version, so the minor version is pinned and a browser test opens the editor.
EDITOR_STYLE_HASH = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, EDITOR_STYLE_HASH],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": list(FRAME_HOSTS),
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Both bind domains beside this install's for a year or more, and preloading can hardly be undone (hstspreload.org): the
# owner of the domain chooses them. Django's checks want both, so those two are silenced.
SECURE_HSTS_INCLUDE_SUBDOMAINS = read.flag("NEWSROOM_HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = read.flag("NEWSROOM_HSTS_PRELOAD", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# The networks of the proxies in front, "10.0.0.0/8,::1": only what they write into X-Forwarded-For is believed.
TRUSTED_PROXIES = read.networks("NEWSROOM_TRUSTED_PROXIES")
if read.flag("NEWSROOM_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # 503 is an answer to too many requests, not a fault: a line for each would fill the log.
    "filters": {
        "not_busy": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", None) != 503,
        }
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "newsroom.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if read.flag("NEWSROOM_LOG_JSON", False) else "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": "INFO"} for name in ("newsroom", "articles", "comments")},
        "django_tasks": {"level": "WARNING"},
        "axes": {"level": "ERROR"},  # its warnings name whoever is guessed at; the log of accounts has them
        "django.request": {"filters": ["not_busy"]},
    },
}
TAGGIT_CASE_INSENSITIVE = False  # our Tag has a folded key of its own

# -- the editor --------------------------------------------------------------------------------------------------------
# Our own figures and mark in the body's editor. newsroom/lib/html.py decides what may be stored, not the editor.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy("desk/figures.js")],
        "extensions": dict.fromkeys(
            ("OwnImage", "OwnEmbed", "OwnProduct", "OwnSource", "OwnFigcaption", "KeptAsTyped", "OwnPaste"),
            lambda config, shared: None,
        ),
    }
]
