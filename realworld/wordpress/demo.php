<?php
// Installs the site, then lets readers join, articles appear, and comments be written.
$_SERVER['HTTP_HOST'] = '127.0.0.1';
define('WP_INSTALLING', true);
require getenv('TRIAL_SITE') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/user.php';
wp_install('The village library', 'librarian', 'librarian@library.example', true, '', 'for-the-trial');

$names = array('Ada Moreau', 'Bela Kovacs', 'Chloe Martin', 'Dirk Jansen',
               'Elif Demir', 'Farid Haddad', 'Greta Lind', 'Hugo Blanc');
$readers = array();
foreach ($names as $number => $name) {
    list($first, $last) = explode(' ', $name);
    $readers[] = wp_insert_user(array(
        'user_login' => strtolower($first), 'user_pass' => "words-$number", 'role' => 'subscriber',
        'user_email' => strtolower($first) . '@mail.example', 'first_name' => $first,
        'last_name' => $last, 'description' => 'Reads a lot.'));
}
for ($evening = 1; $evening <= 12; $evening++) {
    $post = wp_insert_post(array(
        'post_title' => "Reading evening $evening", 'post_status' => 'publish', 'post_author' => 1,
        'post_content' => "<p>We read together on evening $evening.</p>"));
    $before = 0;
    for ($number = 1; $number <= 10; $number++) {
        $reader = $number % 3 == 0 ? get_userdata($readers[($evening + $number) % 8]) : null;
        $before = wp_insert_comment(array(
            'comment_post_ID' => $post,
            'comment_author' => $reader ? $reader->display_name : $names[($evening * $number) % 8],
            'comment_author_email' => $reader ? $reader->user_email : "guest$evening-$number@mail.example",
            'comment_author_url' => '',
            'comment_author_IP' => '192.0.2.' . ($evening * 10 + $number),
            'comment_agent' => 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
            'comment_content' => "Thank you for evening $evening, said $number times.",
            'comment_approved' => $number == 10 ? 'spam' : 1,
            'user_id' => $reader ? $reader->ID : 0,
            'comment_parent' => $number % 4 == 2 ? $before : 0));
    }
}
wp_create_user_request('guest1-1@mail.example', 'export_personal_data');
wp_create_user_request('guest2-1@mail.example', 'remove_personal_data');
