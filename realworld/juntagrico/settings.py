"""The smallest Django project in which juntagrico runs; the database comes from the environment."""

import os

SECRET_KEY = "for-a-trial-on-this-machine-only"
DEBUG = True
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "juntagrico",
    "fontawesomefree",
    "import_export",
    "impersonate",
    "crispy_forms",
    "crispy_bootstrap4",
    "adminsortable2",
    "polymorphic",
    "djrichtextfield",
    "django_select2",
    "juntagrico.apps.JuntagricoAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["TRIAL_DB_NAME"],
        "USER": os.environ["TRIAL_DB_USER"],
        "PASSWORD": os.environ["TRIAL_DB_PASSWORD"],
        "HOST": os.environ["TRIAL_DB_HOST"],
        "PORT": os.environ["TRIAL_DB_PORT"],
    }
}
ROOT_URLCONF = "urls"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.sites.middleware.CurrentSiteMiddleware",
    "impersonate.middleware.ImpersonateMiddleware",
]
_CONTEXT = [
    "django.contrib.auth.context_processors.auth",
    "django.template.context_processors.i18n",
    "django.template.context_processors.request",
    "django.template.context_processors.static",
    "django.contrib.messages.context_processors.messages",
    "juntagrico.context_processors.vocabulary",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT},
    }
]
LANGUAGE_CODE = "de"
TIME_ZONE = "Europe/Zurich"
USE_TZ = True
SITE_ID = 1
STATIC_URL = "/static/"
LOGIN_REDIRECT_URL = "/"
CRISPY_TEMPLATE_PACK = "bootstrap4"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ORGANISATION_NAME = "The Turnip Cooperative"
