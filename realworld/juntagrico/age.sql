-- Lets some members have left years ago, so that something is due.
-- Subscriptions are taken in the order of their numbers; coordinators stay.

CREATE TEMPORARY TABLE gone AS
SELECT s.billable_ptr_id AS subscription,
       current_date - (row_number() OVER (ORDER BY s.billable_ptr_id) * 300)::int AS day
FROM juntagrico_subscription s
WHERE NOT EXISTS (
  SELECT 1 FROM juntagrico_subscriptionmembership x
  WHERE x.subscription_id = s.billable_ptr_id AND x.member_id IN (
    SELECT member_id FROM juntagrico_depotcoordinator
    UNION SELECT member_id FROM juntagrico_areacoordinator))
ORDER BY 1 LIMIT 20;

UPDATE juntagrico_subscription s
SET creation_date = date '2008-03-01', activation_date = date '2008-03-01',
    cancellation_date = g.day - 60, deactivation_date = g.day, nickname = 'The garden gnomes'
FROM gone g WHERE s.billable_ptr_id = g.subscription;
UPDATE juntagrico_subscriptionpart p
SET creation_date = date '2008-03-01', activation_date = date '2008-03-01',
    cancellation_date = g.day - 60, deactivation_date = g.day
FROM gone g WHERE p.subscription_id = g.subscription;
UPDATE juntagrico_subscriptionmembership x
SET join_date = date '2008-03-01', leave_date = g.day
FROM gone g WHERE x.subscription_id = g.subscription;
UPDATE juntagrico_member m
SET cancellation_date = g.day - 60, deactivation_date = g.day + 30, end_date = g.day + 30,
    iban = 'CH9300762011623852957', signup_comment = 'Found you at the market.'
FROM gone g JOIN juntagrico_subscriptionmembership x ON x.subscription_id = g.subscription
WHERE x.member_id = m.id;

-- Shares are paid back half a year after their holder left.
UPDATE juntagrico_share s
SET cancelled_date = m.deactivation_date, termination_date = m.deactivation_date,
    payback_date = m.deactivation_date + 180
FROM juntagrico_member m
WHERE m.id = s.member_id AND m.deactivation_date < current_date - 200;

-- Work done in the last six years, by members who are here and members who have left.
UPDATE juntagrico_job j SET time = now() - make_interval(years => n.place)
FROM (SELECT id, (row_number() OVER (ORDER BY id))::int AS place FROM juntagrico_job ORDER BY id LIMIT 6) n
WHERE j.id = n.id;
INSERT INTO juntagrico_assignment (core_cache, amount, job_id, member_id)
SELECT false, 1, j.id, m.id
FROM (SELECT id FROM juntagrico_job ORDER BY id LIMIT 6) j
CROSS JOIN (SELECT id FROM juntagrico_member ORDER BY id LIMIT 30) m;

INSERT INTO django_session (session_key, session_data, expire_date)
SELECT 'k' || n, 'e30:made:up', now() + make_interval(days => n * 10 - 200)
FROM generate_series(1, 40) n;

INSERT INTO django_admin_log
  (action_time, object_id, object_repr, action_flag, change_message, content_type_id, user_id)
SELECT now() - make_interval(months => n), m.id, m.first_name || ' ' || m.last_name, 2, '[]',
  (SELECT id FROM django_content_type WHERE app_label = 'juntagrico' AND model = 'member'),
  (SELECT min(id) FROM auth_user)
FROM generate_series(1, 30) n JOIN juntagrico_member m ON m.id = n;
