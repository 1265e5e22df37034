//! Random stories of one session, told twice: in rooms, and in a model that counts everything anew.

mod model;
mod story;

use crate::domain::WaitlistPolicy;
use model::PARTNERS;
use proptest::{collection::vec, option, prelude::*, sample::subsequence};
use story::{Step, Story};

fn policy() -> impl Strategy<Value = WaitlistPolicy> {
    prop_oneof![
        3 => Just(WaitlistPolicy::Promote),
        3 => Just(WaitlistPolicy::Offer),
        1 => Just(WaitlistPolicy::None),
    ]
}

/// One attendee, or a group.
fn people() -> impl Strategy<Value = Vec<usize>> {
    let everybody: Vec<usize> = (0..10).collect();
    prop_oneof![3 => subsequence(everybody.clone(), 1), 1 => subsequence(everybody, 2..=4)]
}

fn step() -> impl Strategy<Value = Step> {
    let book = (0..PARTNERS, people(), prop::bool::weighted(0.8));
    prop_oneof![
        12 => book.prop_map(|(partner, people, join)| Step::Book { partner, people, join }),
        6 => any::<usize>().prop_map(Step::Cancel),
        6 => (any::<usize>(), any::<bool>()).prop_map(|(n, accept)| Step::Answer(n, accept)),
        5 => (0i64..20).prop_map(Step::Pass),
        2 => (1usize..8).prop_map(Step::Resize),
        2 => (prop::array::uniform3(0usize..4), option::of(0i64..240)).prop_map(|(f, r)| Step::Fence(f, r)),
        1 => option::weighted(0.8, 1i64..300).prop_map(Step::Close),
        1 => policy().prop_map(Step::Policy),
    ]
}

/// Most stories end with the session cancelled; all go past its start.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let end = prop_oneof![Just(vec![Step::CancelSession, Step::Cancel(0)]), Just(vec![])];
    (vec(step(), 1..60), end, vec(step(), 0..4)).prop_map(|(mut steps, end, after)| {
        steps.extend(end);
        steps.push(Step::Pass(300));
        steps.extend(after);
        steps
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_room_does_what_the_model_does_whatever_happens(capacity in 1usize..7, policy in policy(), steps in steps()) {
        let told = Story::new(capacity, policy, false).run(&steps);
        prop_assert!(told.is_ok(), "{}", told.unwrap_err());
    }
}

fn book(partner: usize, person: usize) -> Step {
    Step::Book { partner, people: vec![person], join: true }
}

#[test]
fn a_newcomer_who_is_let_past_the_list_is_caught() {
    let steps = [book(0, 0), book(0, 1), Step::Cancel(0), book(1, 0)];
    assert_eq!(Story::new(1, WaitlistPolicy::Promote, false).run(&steps), Ok(()));
    assert!(Story::new(1, WaitlistPolicy::Promote, true).run(&steps).is_err());
}

#[test]
fn whoever_is_passed_over_for_a_fence_keeps_the_place() {
    // One of two seats is Gateshead's: Durham's second waits first, Gateshead's second is served before, and the
    // seat that is then given up is Durham's.
    let mut story = Story::new(2, WaitlistPolicy::Promote, false);
    let fence = Step::Fence([0, 1, 0], None);
    let steps = [fence, book(0, 0), book(0, 1), book(1, 0), book(1, 1), Step::Cancel(2), Step::Cancel(0)];
    assert_eq!(story.run(&steps), Ok(()));
    let states: Vec<bool> = story.model.entries.iter().map(|entry| entry.state.takes_seat()).collect();
    assert_eq!(states, [false, true, false, true]);
}
