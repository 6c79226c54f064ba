<?php
// WordPress keeps the number of comments beside each article; after a purge it counts again.
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require getenv('TRIAL_SITE') . '/wp-load.php';
foreach (get_posts(array('numberposts' => -1)) as $post) {
    wp_update_comment_count_now($post->ID);
}
