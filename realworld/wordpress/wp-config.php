<?php
// The database comes from the environment; the site answers under whatever name it is asked.
define('DB_NAME', getenv('TRIAL_DB_NAME'));
define('DB_USER', getenv('TRIAL_DB_USER'));
define('DB_PASSWORD', getenv('TRIAL_DB_PASSWORD'));
define('DB_HOST', getenv('TRIAL_DB_HOST'));
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', 'http://' . $_SERVER['HTTP_HOST']);
define('WP_SITEURL', WP_HOME);
foreach (array('AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE') as $name) {
    define($name . '_KEY', 'for-a-trial');
    define($name . '_SALT', 'for-a-trial');
}
// Nothing of the trial leaves this machine.
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
