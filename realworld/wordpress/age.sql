-- Spreads the demo data over the last eleven years, so that something is due.
-- Thread roots of the older evenings keep a young answer, which keeps them as skeletons.

UPDATE wp_posts SET
  post_date = NOW() - INTERVAL 12 YEAR, post_date_gmt = UTC_TIMESTAMP() - INTERVAL 12 YEAR,
  post_modified = NOW() - INTERVAL 12 YEAR, post_modified_gmt = UTC_TIMESTAMP() - INTERVAL 12 YEAR
  WHERE post_type = 'post';

UPDATE wp_posts SET
  post_date = NOW() - INTERVAL 2 YEAR, post_date_gmt = UTC_TIMESTAMP() - INTERVAL 2 YEAR,
  post_modified = NOW() - INTERVAL 2 YEAR, post_modified_gmt = UTC_TIMESTAMP() - INTERVAL 2 YEAR
  WHERE post_type = 'user_request' AND post_name = 'export_personal_data';

UPDATE wp_comments SET
  comment_date_gmt = UTC_TIMESTAMP() - INTERVAL (comment_ID % 11) YEAR - INTERVAL 3 DAY;
UPDATE wp_comments SET comment_date_gmt = UTC_TIMESTAMP() - INTERVAL 10 DAY
  WHERE comment_parent <> 0 AND comment_ID % 3 = 0;
UPDATE wp_comments SET comment_date = comment_date_gmt;
-- What imports leave behind: a comment without a day.
UPDATE wp_comments SET comment_date_gmt = '0000-00-00 00:00:00' WHERE comment_ID = 5;

UPDATE wp_users SET user_registered = UTC_TIMESTAMP() - INTERVAL 9 YEAR;
-- Ada's and Bela's last comments are old; everybody else has written lately.
UPDATE wp_comments c JOIN wp_users u ON u.ID = c.user_id
  SET c.comment_date_gmt = UTC_TIMESTAMP() - INTERVAL 6 YEAR,
      c.comment_date = UTC_TIMESTAMP() - INTERVAL 6 YEAR
  WHERE u.user_login IN ('ada', 'bela');
UPDATE wp_comments c JOIN wp_users u ON u.ID = c.user_id
  SET c.comment_date_gmt = UTC_TIMESTAMP() - INTERVAL 2 MONTH,
      c.comment_date = UTC_TIMESTAMP() - INTERVAL 2 MONTH
  WHERE u.user_login NOT IN ('ada', 'bela');

INSERT INTO wp_commentmeta (comment_id, meta_key, meta_value)
  SELECT comment_ID, 'akismet_result', 'false' FROM wp_comments WHERE comment_ID % 2 = 0;
