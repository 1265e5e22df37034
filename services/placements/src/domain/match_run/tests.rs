use super::{judged::Judge, *};
use crate::domain::{
    Educator, Location, Point, Qualification, Weekdays,
    rules::{RuleSet, example},
};
use proptest::{collection::vec, option, prelude::*};
use std::collections::HashMap;

fn points() -> impl Strategy<Value = Location> {
    (54.0..55.6, -2.6..-0.8).prop_map(|(latitude, longitude)| Location {
        postcode: "DH1".into(),
        point: Point { latitude, longitude },
    })
}

prop_compose! {
    fn needs()(
        home in points(), later in 0..60_i64, bits in 1..32_u8, limit in option::of(1..120_u32), drives: bool,
        excluded: bool,
    ) -> Need {
        let mut need = example::need();
        need.terms.home = home.into();
        need.terms.start_date = example::day("2026-09-21").plus(later).unwrap();
        need.terms.weekdays = Weekdays::try_from(bits).unwrap();
        (need.terms.max_travel_minutes, need.terms.drives) = (limit, drives);
        if excluded {
            need.terms.excluded_partners = vec!["gateshead".parse().unwrap()];
        }
        need
    }
}

prop_compose! {
    fn offers()(
        location in points(), opens in option::of(0..80_i64), closes in option::of(100..600_i64), driver: bool,
        bits in 1..32_u8, places in 1..4_u32, gateshead: bool, educators in vec(0..3_usize, 0..3),
    ) -> (Offer, bool, Vec<usize>) {
        let mut offer = example::offer();
        let day = |n| example::day("2026-09-14").plus(n).unwrap();
        offer.terms.location = location;
        (offer.terms.earliest_start_date, offer.terms.latest_end_date) = (opens.map(day), closes.map(day));
        (offer.terms.driver_required, offer.terms.places) = (driver, places);
        offer.terms.weekdays = Weekdays::try_from(bits).unwrap();
        (offer, gateshead, educators)
    }
}

prop_compose! {
    fn educators()(
        stage in 0..3_u8, until in 100..900_i64, max_learners in 0..3_u32
    ) -> Educator {
        let mut educator = example::educator("e");
        educator.qualification = match stage {
            0 => Qualification::InTraining,
            1 => Qualification::Stage1,
            _ => Qualification::Stage2,
        };
        educator.current_until = example::day("2026-09-14").plus(until);
        (educator.max_learners, educator.learners) = (max_learners, 0);
        educator
    }
}

prop_compose! {
    /// Everybody under a name of their own, each host with three practice educators.
    fn markets()(
        needs in vec(needs(), 0..12), offers in vec(offers(), 0..12), educators in vec(educators(), 6)
    ) -> Market {
        let host = |gateshead| if gateshead { "gateshead" } else { "durham" };
        let teacher = |gateshead, n| format!("partners/{}/practiceEducators/e{n}", host(gateshead)).parse().unwrap();
        let needs = needs.into_iter().enumerate().map(|(n, mut need)| {
            need.name = format!("partners/teesside/placementNeeds/n{n:02}").parse().unwrap();
            need.student.person = format!("partners/teesside/people/n{n:02}").parse().unwrap();
            need
        });
        let offers = offers.into_iter().enumerate().map(|(n, (mut offer, gateshead, named))| {
            offer.name = format!("partners/{}/placementOffers/o{n:02}", host(gateshead)).parse().unwrap();
            offer.terms.practice_educators = named.into_iter().map(|n| teacher(gateshead, n)).collect();
            offer
        });
        let educators = educators.into_iter().enumerate().map(|(n, mut educator)| {
            educator.name = teacher(n >= 3, n % 3);
            educator.person.person = format!("partners/{}/people/e{n}", host(n >= 3)).parse().unwrap();
            educator
        });
        let mut market = Market {
            stage: Stage::Final,
            needs: needs.collect(),
            offers: offers.collect(),
            educators: educators.collect(),
            past: HashMap::new(),
            kinds: HashMap::new(),
            now: example::noon("2026-05-02"),
        };
        market.sort();
        market
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn what_the_index_leaves_out_no_rule_would_have_let_in(market in markets()) {
        let book = example::book();
        let judge = Judge::of(&market, &book);
        let eligible = judge.eligible(&|| false).unwrap();
        let found: Vec<_> = eligible.edges.iter().map(|edge| (edge.student as usize, edge.offer as usize)).collect();
        let all = (0..market.needs.len()).flat_map(|n| (0..market.offers.len()).map(move |o| (n, o)));
        let all = all.filter(|(n, o)| judge.breached(&market.needs[*n], *o, &eligible) == RuleSet::EMPTY);
        prop_assert_eq!(found, all.collect::<Vec<_>>());
    }

    #[test]
    fn a_run_is_the_same_in_whatever_order_it_is_read(market in markets()) {
        let book = example::book();
        let findings = market.run(&book, &|| false).unwrap();
        let mut turned = market.clone();
        turned.needs.reverse();
        turned.offers.reverse();
        turned.educators.reverse();
        turned.sort();
        prop_assert_eq!(&turned.run(&book, &|| false).unwrap(), &findings);
        let placed = findings.found.iter().filter(|found| found.place.is_some()).count() as u64;
        prop_assert_eq!((findings.matched, findings.found.len()), (placed, market.needs.len()));
        let shares = findings.shares.iter().map(|share| (share.needs, share.matched));
        let sums = shares.fold((0, 0), |sum, share| (sum.0 + share.0, sum.1 + share.1));
        prop_assert_eq!(sums, (market.needs.len() as u64, placed));
        for (need, found) in market.needs.iter().zip(&findings.found) {
            prop_assert_eq!(&need.name, &found.need);
            prop_assert_eq!(found.rules.len() == 1, found.place.is_none(), "{:?}", found.rules);
        }
    }
}

#[test]
fn whoever_no_longer_waits_is_told_nothing() {
    let (needs, offers) = (vec![example::need()], vec![example::offer()]);
    let market = Market {
        stage: Stage::Final,
        needs,
        offers,
        educators: vec![],
        past: HashMap::new(),
        kinds: HashMap::new(),
        now: example::noon("2026-05-02"),
    };
    assert_eq!(market.run(&example::book(), &|| true), Err(Unfinished::Stopped));
}
