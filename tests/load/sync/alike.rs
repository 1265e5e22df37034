//! The same rows in tables as ours are: the same columns and indexes, which the service's reads need. Without hashes,
//! entries in the feed, and policies.

/// A copy of the service's tables, and the names that new rows get: in step, as ours are, so that they lie together.
pub const SCHEMA: &str = "
    CREATE SCHEMA alike;
    CREATE TABLE alike.course_runs (LIKE enrolments.course_runs INCLUDING ALL);
    CREATE TABLE alike.people (LIKE enrolments.people INCLUDING ALL);
    CREATE TABLE alike.enrolments (LIKE enrolments.enrolments INCLUDING ALL) WITH (fillfactor = 90);
    CREATE SEQUENCE alike.ids CACHE 1000;
    CREATE FUNCTION alike.id() RETURNS text LANGUAGE sql AS $$
        SELECT lpad(to_hex(nextval('alike.ids')), 32, '0') $$;";

pub const MERGE: &str = "
    SET LOCAL enable_nestloop = off;
    ANALYZE s_learners;
    ANALYZE s_enrolments;
    INSERT INTO alike.course_runs (id, partner, course, revision, academic_year, start_date, end_date, places,
            places_taken, create_us, update_us, data_set, source_id, ordinal)
        SELECT 'teesside/' || alike.id() || '/' || alike.id(), 'teesside', '', 0, '{year}', '2026-09-21', '2027-06-30', 0,
            0, 0, 0, '{set}', run, currval('alike.ids') FROM (SELECT DISTINCT run FROM s_enrolments) r
        ON CONFLICT (source_id, partner) WHERE source_id IS NOT NULL DO NOTHING;
    INSERT INTO alike.people AS l (id, partner, revision, given_name, family_name, email, social_work_england_number,
            data_set, source_id, ordinal)
        SELECT 'teesside/' || alike.id(), 'teesside', 0, given_name, family_name, email, '', '{set}', source_id,
            currval('alike.ids') FROM s_learners
        ON CONFLICT (source_id, partner) WHERE source_id IS NOT NULL DO UPDATE SET given_name = excluded.given_name,
            family_name = excluded.family_name, email = excluded.email
        WHERE (l.given_name, l.family_name, l.email)
            IS DISTINCT FROM (excluded.given_name, excluded.family_name, excluded.email);
    INSERT INTO alike.enrolments AS e (id, partner, person, run, revision, academic_year, state, start_date, end_date,
            study_mode, sponsor, funding, reason, outcome, dropped, create_us, update_us, data_set, source_id, ordinal)
        SELECT 'teesside/' || alike.id(), 'teesside', p.id, r.id, 0, '{year}', s.state, s.start_date, s.end_date,
            s.study_mode, NULLIF(s.sponsor, ''), s.funding, '', '', false, 0, 0, '{set}', s.source_id,
            currval('alike.ids')
        FROM s_enrolments s JOIN alike.people p ON p.partner = 'teesside' AND p.source_id = s.learner
            JOIN alike.course_runs r ON r.partner = 'teesside' AND r.source_id = s.run
        ON CONFLICT (source_id, partner) WHERE source_id IS NOT NULL DO UPDATE SET state = excluded.state,
            start_date = excluded.start_date, end_date = excluded.end_date, study_mode = excluded.study_mode,
            sponsor = excluded.sponsor, funding = excluded.funding
        WHERE (e.state, e.start_date, e.end_date, e.study_mode, e.sponsor, e.funding)
            IS DISTINCT FROM (excluded.state, excluded.start_date, excluded.end_date, excluded.study_mode,
                excluded.sponsor, excluded.funding);
    UPDATE alike.enrolments e SET state = 'withdrawn'
        WHERE partner = 'teesside' AND data_set = '{set}' AND academic_year = '{year}' AND state = 'active'
            AND NOT EXISTS (SELECT FROM s_enrolments s WHERE s.source_id = e.source_id);
    COMMIT;";
