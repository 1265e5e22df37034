//! Who means to host.

use crate::house::*;
use contracts::placements::v1::{
    HostingInterest, ListHostingInterestsRequest, SetHostingInterestRequest, hosting_interest::Interest,
};

fn setting(name: &str, interest: Interest, reasons: &[&str]) -> SetHostingInterestRequest {
    let interest = HostingInterest {
        name: name.into(),
        interest: interest.into(),
        reasons_not_hosting: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        places_expected: 4,
        ..Default::default()
    };
    SetHostingInterestRequest { hosting_interest: Some(interest), request_id: String::new() }
}

on_both! {
    async fn a_partner_says_whether_it_means_to_host_and_everybody_reads_it(house: House) {
        let name = "partners/durham/hostingInterests/2026-27";
        let mut durham = house.hosting("durham");
        let first = durham.set_hosting_interest(setting(name, Interest::Open, &[])).await.unwrap().into_inner();
        assert_eq!((first.name.as_str(), first.places_expected), (name, 4));
        let no = setting(name, Interest::NotOpen, &["no room", "no educators"]);
        let second = durham.set_hosting_interest(no.clone()).await.unwrap().into_inner();
        assert!(second.etag != first.etag && second.reasons_not_hosting.len() == 2);
        let mut stale = no;
        stale.hosting_interest.as_mut().unwrap().etag = first.etag;
        assert_eq!(reason(durham.set_hosting_interest(stale).await), "STALE_ETAG");

        let theirs = "partners/gateshead/hostingInterests/2026-27";
        assert_eq!(reason(durham.set_hosting_interest(setting(theirs, Interest::Open, &[])).await), "NOT_THE_HOST");
        let why = setting(name, Interest::AlreadyArranged, &["full"]);
        assert_eq!(fields(durham.set_hosting_interest(why).await), ["hosting_interest.reasons_not_hosting"]);
        let unsaid = setting(name, Interest::Unspecified, &[]);
        assert_eq!(fields(durham.set_hosting_interest(unsaid).await), ["hosting_interest.interest"]);

        let kinds: Vec<String> = house.feed().await.iter().map(|row| format!("{:?}{}", row.kind, row.viewers)).collect();
        assert_eq!(kinds, ["Created*", "Updated*"]);
    }

    async fn interests_are_listed_by_partner_and_by_year_page_by_page(house: House) {
        for (partner, year) in [("durham", "2026-27"), ("durham", "2027-28"), ("gateshead", "2026-27")] {
            let name = format!("partners/{partner}/hostingInterests/{year}");
            let ask = setting(&name, Interest::ActivelyLooking, &[]);
            house.hosting(partner).set_hosting_interest(ask).await.unwrap();
        }
        let list = async |parent: &str, year: &str, size| {
            let (mut names, mut token) = (vec![], String::new());
            loop {
                let ask = ListHostingInterestsRequest {
                    parent: parent.into(),
                    academic_year: year.into(),
                    page_size: size,
                    page_token: token,
                };
                let page = house.hosting("teesside").list_hosting_interests(ask).await.unwrap().into_inner();
                names.extend(page.hosting_interests.into_iter().map(|it| it.name.replace("/hostingInterests", "")));
                token = page.next_page_token;
                if token.is_empty() {
                    break names;
                }
            }
        };
        let all = ["partners/durham/2026-27", "partners/durham/2027-28", "partners/gateshead/2026-27"];
        for size in [0, 1, 2] {
            assert_eq!(list("partners/-", "", size).await, all);
        }
        assert_eq!(list("partners/-", "2026/27", 1).await, [all[0], all[2]]);
        assert_eq!(list("partners/durham", "", 1).await, all[..2]);
        assert_eq!(list("partners/sunderland", "", 0).await, [""; 0]);
    }
}
