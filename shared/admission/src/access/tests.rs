use super::*;
use vocabulary::PersonName;

const BOOK: &str = "/example.v1.Desk/Book";
const ROW: Row =
    Row::new(BOOK, Class::Write).councils(&[Role::Scheduler, Role::Service]).universities(&[Role::Auditor]);

fn caller(kind: PartnerKind, roles: &[Role]) -> Caller {
    let partner = "durham".parse().unwrap();
    let person = PersonName::new(&partner, "p-1").unwrap();
    Caller { partner, kind, person, roles: Roles::of(roles), on_behalf_of: None }
}

#[test]
fn a_role_opens_a_method_only_for_the_kind_of_partner_that_the_row_names() {
    let table = AccessTable::new([ROW]).unwrap();
    let ask = |kind, roles: &[Role]| table.permit(BOOK, &caller(kind, roles)).map(Row::name);
    assert_eq!(ask(PartnerKind::Council, &[Role::Recruiter, Role::Scheduler]), Ok("example.v1.Desk/Book"));
    assert_eq!(ask(PartnerKind::University, &[Role::Scheduler]), Err(Denied::RoleNotAllowed));
    assert_eq!(ask(PartnerKind::Council, &[]), Err(Denied::RoleNotAllowed));
    assert_eq!(ask(PartnerKind::Voluntary, &[Role::Scheduler]), Err(Denied::PartnerKindNotAllowed));
}

#[test]
fn a_method_without_a_row_cannot_be_called_by_anybody() {
    let table = AccessTable::new([ROW]).unwrap();
    for path in ["/example.v1.Desk/Cancel", "example.v1.Desk/Book", "/example.v1.Desk/Book/", ""] {
        let denied = table.permit(path, &caller(PartnerKind::Council, Role::ALL)).unwrap_err();
        assert_eq!(denied, Denied::MethodNotFound, "{path}");
    }
}

#[test]
fn a_table_with_a_doubled_malformed_or_timeless_row_is_not_made() {
    assert_eq!(AccessTable::new([ROW, ROW]).unwrap_err(), TableError::Twice(BOOK));
    for path in ["", "/", "/a.B", "a.B/C", "/a.B/", "/a.B/C/D", "/Desk/Book"] {
        assert!(AccessTable::new([Row::new(path, Class::Read)]).is_err(), "{path}");
    }
    assert_eq!(AccessTable::new([ROW.deadline(Duration::ZERO)]).unwrap_err(), TableError::NoTime(BOOK));
}
