"""The 65 promises of the privacy policy (R1 to R65): where each is kept in the program, and the tests that prove it.

A house test holds that each has a test that exists, or stands in NOT_YET; what is kept in part stands in PARTLY. Both lists are
emptied as the parts are built, and nothing else says that a promise is kept.
"""

from dataclasses import dataclass

_ROOMS = "tests/rooms/"
_POLICIES, _RECORD = _ROOMS + "consent/test_policies.py::", _ROOMS + "privacy/test_processing_record.py::"
_VERSIONS, _PUBLISHED = _ROOMS + "consent/test_new_versions.py::", "tests/house/test_published_texts.py::"
_CLOSING, _INTEGRITY = _ROOMS + "privacy/test_close_account.py::", _ROOMS + "privacy/test_integrity.py::"
_CONFORMANCE, _LOG = _ROOMS + "privacy/test_conformance.py::", _ROOMS + "activity/test_logbook.py::"
_REGISTER, _LOG_IN = _ROOMS + "accounts/test_register.py::", _ROOMS + "accounts/test_log_in.py::"
_BOOKED, _CHANGES = _ROOMS + "messaging/test_booked.py::", _ROOMS + "booking/test_changes.py::"
_PUBLIC, _HALL = _ROOMS + "entrance/test_public_pages.py::", _ROOMS + "entrance/test_hall.py::"
_TEMPLATE, _HOUSE_FORGET = "tests/house/test_template.py::", "tests/house/test_forget.py::"
_ENVELOPE, _KEYS = _ROOMS + "plumbing/test_envelope.py::", _ROOMS + "privacy/test_shredding.py::"
_QUESTIONS, _CHAT = _ROOMS + "support/test_questions.py::", _ROOMS + "support/test_chat.py::"
_EXPORTS, _WORKBOOK = _ROOMS + "exchange/test_exports.py::", _ROOMS + "exchange/test_workbook.py::"
_NEWSLETTER, _VENDORS = _ROOMS + "consent/test_newsletter.py::", "tests/neighbours/test_newsletter_vendors.py::"
_RESTORE, _POINTS = _ROOMS + "privacy/test_restore.py::", "tests/operations/test_point_in_time.py::"
_TABLES = "tests/operations/test_restored_tables.py::"
_COUNTING = _ROOMS + "analytics/test_counting.py::"
_ORDERS = _ROOMS + "billing/test_orders.py::"
_LEAVES, _ABROAD = (
    _ROOMS + "privacy/test_nothing_leaves.py::",
    _PUBLIC + "test_where_something_may_go_abroad_the_choice_itself_says_where_to_and_that_the_law_differs",
)
_OFF = _LEAVES + "test_with_all_consents_off_every_flow_ends_and_no_call_leaves"
_ON = _LEAVES + "test_every_call_is_logged_once_whatever_the_vendors_answer_and_nothing_they_know_is_taken"
_EGRESS, _SEALS = "tests/neighbours/test_egress.py::", "tests/rules/test_seals.py::"


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: its article, the rooms (or files) that keep it, and the tests that prove it, as pytest names them."""

    number: int
    article: str
    rooms: tuple[str, ...]
    tests: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"R{self.number}"

    @property
    def state(self) -> str:
        """`kept`, `partly` or `not_yet`."""
        if self.number in NOT_YET:
            return "not_yet"
        return "partly" if self.number in PARTLY else "kept"


# Parts that are not built: nothing is claimed. Empty a number here when its tests stand in the table.
NOT_YET: frozenset[int] = frozenset()
# What is kept in part: the check of the promise asks for more than its tests prove.
PARTLY: frozenset[int] = frozenset()

ALL: tuple[Promise, ...] = (
    Promise(1, "Art. 5(2) GDPR", ("privacy",), (
        _CONFORMANCE + "test_every_promise_stands_on_the_page_with_its_state_and_its_tests",
        _CONFORMANCE + "test_a_result_is_shown_only_if_it_is_that_of_this_very_program",
        "tests/house/test_promises.py::test_every_promise_has_a_test_that_exists_or_is_said_not_to_be_kept_yet",
    )),
    Promise(2, "Art. 12-14 GDPR, Art. 19 DSG", ("privacy", "consent"), (
        _RECORD + "test_every_stored_attribute_stands_in_the_record",
        _POLICIES + "test_the_privacy_policy_names_who_gets_data_and_what_we_promise",
        _PUBLISHED + "test_what_the_texts_say_of_the_program_is_made_from_it",
    )),
    Promise(3, "Art. 12(3) GDPR", ("support",), (
        _QUESTIONS + "test_a_question_about_data_protection_is_a_ticket_with_the_day_by_which_it_is_answered",
        _QUESTIONS + "test_a_question_becomes_a_ticket_and_leaves_nothing_here",
    )),
    Promise(4, "Art. 6(1) GDPR, Art. 6(3) DSG", ("plumbing", "activity"), (
        _ON,
        _ROOMS + "privacy/test_told_though_killed.py::"
        "test_what_a_dead_worker_told_stands_on_the_customers_page_and_on_the_partners",
        _EGRESS + "test_without_a_full_disclosure_nothing_leaves",
        _LOG + "test_the_newest_is_first_with_all_that_the_policy_names",
    )),
    Promise(5, "Art. 5(1)(c) GDPR", ("accounts",), (
        _REGISTER + "test_what_was_not_offered_is_refused",
        _ROOMS + "accounts/test_profile.py::test_what_nobody_may_set_is_refused",
    )),
    # Nothing further is fetched from anywhere; the only access to grant is that of a partner's own programs to us.
    Promise(6, "Art. 6(1)(a) GDPR", ("accounts", "plumbing"), (
        _ON,
        _ROOMS + "accounts/test_keys.py::test_a_key_opens_what_its_scopes_say",
        _ROOMS + "accounts/test_keys.py::test_a_revoked_key_opens_nothing",
    )),
    Promise(7, "Art. 6(1)(b) GDPR", ("billing",), (
        _ORDERS + "test_a_card_number_is_refused_wherever_it_is_typed_and_lies_nowhere",
        _ORDERS + "test_nothing_but_the_nine_fields_and_the_line_reaches_bexio",
    )),
    Promise(8, "Art. 14 GDPR", ("billing", "messaging"), (
        _ORDERS + "test_whoever_is_named_as_another_recipient_is_told_once_from_whom_we_know_and_what_they_may_ask",
    )),
    Promise(9, "Art. 6(1) and 28 GDPR", ("plumbing", "messaging"), (
        _OFF,
        _ON,
        _EGRESS + "test_without_a_full_disclosure_nothing_leaves",
        _BOOKED + "test_sms_goes_only_to_those_who_wished_it",
        _BOOKED + "test_an_sms_is_disclosed_in_the_log_and_a_mail_is_not",
        _NEWSLETTER + "test_with_every_consent_off_no_vendor_of_newsletters_hears_anything",
    )),
    Promise(10, "Art. 32 GDPR, Art. 8 DSG", ("infra", "plumbing"), (
        _TEMPLATE + "test_no_other_region_will_do",
        "tests/house/test_deploy.py::test_another_region_is_refused_before_any_client_is_made",
        "tests/house/test_models.py::test_a_client_in_small_calls_the_same_address_with_the_same_operations",
    )),
    Promise(11, "Art. 30(1)(c) GDPR", ("plumbing", "privacy"), (
        _RECORD + "test_every_attribute_has_a_retention_class_and_its_words",
    )),
    Promise(12, "Art. 26 MWSTG", ("accounts", "billing"), (
        _ORDERS + "test_each_field_that_an_invoice_needs_is_asked_for_before_a_plan_begins",
        _REGISTER + "test_the_confirmation_makes_partner_employee_booking_page_and_proofs",
    )),
    Promise(13, "Art. 13(2)(e) GDPR", ("plumbing", "entrance"), (
        _HALL + "test_a_form_is_described_with_its_fields_its_token_and_its_refusals",
    )),
    Promise(14, "Art. 6(1)(b) and 7 GDPR", ("consent", "accounts"), (
        _REGISTER + "test_the_version_that_is_in_force_is_named",
        _POLICIES + "test_accepting_is_proven_with_version_hash_language_channel_and_time",
        _POLICIES + "test_nothing_is_proven_before_the_address_is_confirmed",
    )),
    Promise(15, "Art. 6(1)(b) GDPR", ("billing",), (
        _ORDERS + "test_an_order_becomes_one_issued_invoice_with_a_document_and_its_payment_is_noticed",
        _ORDERS + "test_twenty_purchases_among_faults_and_crashes_are_twenty_invoices",
        _ORDERS + "test_the_free_plan_tells_bexio_nothing_and_others_order_nothing",
    )),
    Promise(16, "Art. 5(1)(b) GDPR", ("billing",), (
        _ORDERS + "test_nothing_but_the_nine_fields_and_the_line_reaches_bexio",
    )),
    Promise(17, "Art. 958f OR, Art. 17(3)(b) GDPR", ("billing", "privacy"), (
        _ORDERS + "test_a_closed_account_leaves_its_invoices_and_its_contact_is_emptied_once_they_are_settled",
        _ORDERS + "test_invoices_stay_until_the_last_day_of_the_tenth_business_year_and_are_gone_the_night_after",
        _ROOMS + "privacy/test_rights.py::test_books_stay_ten_years_from_the_end_of_the_business_year",
        _ROOMS + "privacy/test_purge.py::"
        "test_what_the_other_rooms_and_the_ledger_keep_goes_on_its_day_too_and_not_a_night_before",
    )),
    Promise(18, "Art. 4 DSV, Art. 6(1)(f) GDPR", ("activity",), (
        _LOG + "test_the_newest_is_first_with_all_that_the_policy_names",
        _ROOMS + "booking/test_customers_pages.py::test_a_search_writes_down_only_whom_it_showed",
    )),
    Promise(19, "Art. 6(1)(b) GDPR", ("activity", "entrance"), (
        _LOG + "test_the_totals_count_what_they_say",
        _LOG + "test_counters_and_facts_together_equal_a_recount",
        _LOG + "test_no_person_and_no_address_is_in_it",
    )),
    Promise(20, "Art. 6(1)(a) GDPR", ("analytics", "plumbing"), (
        _COUNTING + "test_who_allows_it_is_counted_until_taking_it_back_and_nothing_tells_who_it_was",
        _COUNTING + "test_of_everybody_else_nothing_leaves_and_nothing_is_written",
        _COUNTING + "test_the_host_of_google_is_named_by_the_manifest_and_by_nothing_that_a_browser_gets",
        _ROOMS + "entrance/test_browser.py::test_a_page_runs_no_script_and_wears_no_style_but_ours",
        "tests/house/test_words.py::test_a_page_holds_no_styles_no_scripts_and_no_foreign_host",
    )),
    Promise(21, "Art. 6(1)(b) GDPR", ("support",), (
        _QUESTIONS + "test_a_question_becomes_a_ticket_and_leaves_nothing_here",
        _QUESTIONS + "test_whatever_fails_the_same_form_can_be_sent_again_and_is_one_ticket",
    )),
    Promise(22, "Art. 5(1)(c) GDPR", ("support",), (
        _QUESTIONS + "test_a_ticket_holds_who_asks_and_what_and_nothing_else",
    )),
    Promise(23, "Art. 28 GDPR", ("support",), (
        _QUESTIONS + "test_a_question_becomes_a_ticket_and_leaves_nothing_here",
    )),
    Promise(24, "Art. 5(1)(e) GDPR", ("support",), (
        _QUESTIONS + "test_a_question_becomes_a_ticket_and_leaves_nothing_here",
    )),
    Promise(25, "Art. 6(1)(a) GDPR", ("support",), (_CHAT + "test_a_stranger_agrees_chats_and_takes_it_back",)),
    Promise(26, "Art. 28 GDPR", ("support",), (
        _CHAT + "test_what_the_chat_reports_is_taken_at_its_own_address_and_not_kept",
    )),
    Promise(27, "Art. 6(1)(a) GDPR", ("support", "consent"), (
        _ROOMS + "support/test_erasure.py::test_who_takes_back_the_consent_to_the_chat_is_erased_there_by_a_date",
        _CHAT + "test_a_stranger_agrees_chats_and_takes_it_back",
        _CHAT + "test_the_consent_of_somebody_of_the_team_is_on_record_and_opens_only_their_desk",
    )),
    Promise(28, "Art. 5(1)(b) GDPR", ("support", "consent"), (
        _CHAT + "test_the_consent_of_somebody_of_the_team_is_on_record_and_opens_only_their_desk",
    )),
    Promise(29, "Art. 6(1)(a) and 7 GDPR, Art. 3(1)(o) UWG", ("consent",), (
        _NEWSLETTER + "test_the_whole_way_in_and_out",
        _NEWSLETTER + "test_a_link_that_is_forged_too_old_or_overtaken_confirms_nothing",
    )),
    Promise(30, "Art. 28 GDPR", ("consent",), (
        _NEWSLETTER + "test_the_mail_says_how_it_ends_to_people_and_to_mail_programs",
        _VENDORS + "test_who_joins_is_held_once_with_three_fields_however_often_it_is_said",
    )),
    Promise(31, "Art. 7(3) GDPR", ("consent",), (
        _NEWSLETTER + "test_looking_at_the_way_out_changes_nothing_and_its_button_ends_it",
        _NEWSLETTER + "test_who_leaves_at_the_vendor_has_left_here",
    )),
    Promise(32, "Art. 17(1)(b) GDPR", ("consent",), (
        _NEWSLETTER + "test_the_whole_way_in_and_out",
        _NEWSLETTER + "test_no_fault_loses_or_doubles_a_subscription_or_its_end",
    )),
    Promise(33, "Art. 13(1)(e) GDPR, Art. 19(2)(c) DSG", ("plumbing", "entrance"), (
        _PUBLIC + "test_everybody_who_may_hear_from_us_is_on_the_list",
    )),
    Promise(34, "Art. 16 DSG, Art. 44 GDPR", ("infra", "privacy"), (
        _TEMPLATE + "test_no_other_region_will_do",
        _TEMPLATE + "test_every_function_writes_to_a_log_that_is_encrypted_and_forgets",
        _RECORD + "test_what_goes_to_another_country_says_what_guards_it",
    )),
    # What only AWS itself can show of a restore is said in infra/restore.md.
    Promise(35, "Art. 17 and 32(1)(c) GDPR", ("infra", "privacy"), (
        _RESTORE + "test_a_drill_by_the_commands_brings_back_that_very_second_and_opens_only_once_every_erasure_is_done_again",
        _RESTORE + "test_a_backup_brings_back_everybody_but_those_who_were_erased_since",
        _RESTORE + "test_who_had_closed_an_account_that_was_not_erased_yet_is_erased_after_a_restore",
        _RESTORE + "test_only_by_an_option_of_its_own_does_anybody_open_with_problems_and_the_log_says_so",
        _POINTS + "test_what_aws_refuses_is_refused_by_the_names_that_botocore_knows",
        _TEMPLATE + "test_backups_last_as_long_as_the_design_says",
        _KEYS + "test_a_backup_can_be_read_until_the_key_is_gone_and_not_after",
    )),
    Promise(36, "Art. 28 GDPR", ("messaging", "booking"), (
        _BOOKED + "test_sms_goes_only_to_those_who_wished_it",
        _BOOKED + "test_a_practice_that_switches_sms_off_sends_none_that_were_planned_before",
    )),
    Promise(37, "Art. 44-46 GDPR, Art. 16 DSG", ("plumbing", "messaging"), (
        _BOOKED + "test_an_sms_never_says_what_for_and_of_a_discreet_practice_not_even_where",
        _EGRESS + "test_the_manifest_says_who_where_why_and_on_what_grounds",
    )),
    Promise(38, "Art. 5(1)(b) GDPR", ("plumbing", "privacy"), (
        _RECORD + "test_every_attribute_has_a_retention_class_and_its_words",
        _EGRESS + "test_without_a_full_disclosure_nothing_leaves",
    )),
    Promise(39, "Art. 6(1)(a) GDPR", ("consent",), (
        _NEWSLETTER + "test_whatever_happens_in_whatever_order_the_vendor_holds_whom_the_consent_names",
    )),
    Promise(40, "Art. 14(2)(f) GDPR", ("activity", "booking"), (
        _RECORD + "test_of_what_tools_could_find_out_nothing_is_stored_but_the_address_a_call_came_from",
        _ON,
        _LOG + "test_the_newest_is_first_with_all_that_the_policy_names",
    )),
    Promise(41, "Art. 30 GDPR", ("privacy",), (_RECORD + "test_every_point_of_the_article_is_answered",)),
    Promise(42, "Art. 6(1)(a) and 7 GDPR", ("consent",), (
        _POLICIES + "test_accepting_is_proven_with_version_hash_language_channel_and_time",
        _ROOMS + "consent/test_choices.py::"
        "test_a_consent_is_given_taken_back_and_proven_with_the_sentence_it_was_about",
    )),
    Promise(43, "Art. 6(1)(b) GDPR", ("plumbing", "privacy"), (
        _CONFORMANCE + "test_every_stored_field_names_the_article_that_allows_it",
    )),
    Promise(44, "Art. 32 GDPR, Art. 8 DSG", ("infra", "plumbing", "accounts", "privacy"), (
        "tests/house/test_asvs.py::test_the_253_items_of_both_levels_are_answered_chapter_after_chapter",
        "tests/house/test_asvs.py::test_what_is_met_is_shown_by_a_test_or_a_file_that_exists",
        "tests/house/test_asvs.py::test_what_is_missing_is_what_was_agreed",
        _CONFORMANCE + "test_every_answer_to_owasp_asvs_is_shown_with_its_state_and_the_results_of_its_tests",
        _TEMPLATE + "test_no_role_allows_a_star_or_a_scan",
        _REGISTER + "test_the_password_is_kept_as_argon2id_with_the_costs_owasp_asks_for",
        _KEYS + "test_what_people_tell_lies_nowhere_in_plain",
        "tests/house/test_rooms.py::test_the_import_contracts_hold",
    )),
    Promise(45, "Art. 32(1)(b) GDPR, Art. 3 DSV", ("activity", "privacy", "infra"), (
        _INTEGRITY + "test_every_attack_on_log_and_ledger_is_found_and_its_place_is_named",
        _INTEGRITY + "test_a_run_that_dies_or_meets_another_leaves_one_checkpoint_for_each_hour",
        _TEMPLATE + "test_checkpoints_are_written_once_and_outlast_the_ledger",
        _ENVELOPE + "test_what_was_moved_changed_or_never_enciphered_is_refused",
        _SEALS + "test_no_single_bit_of_a_token_can_be_changed",
    )),
    Promise(46, "Art. 32(1)(c) GDPR", ("infra", "activity"), (
        _RESTORE + "test_a_drill_by_the_commands_brings_back_that_very_second_and_opens_only_once_every_erasure_is_done_again",
        _RESTORE + "test_a_backup_brings_back_everybody_but_those_who_were_erased_since",
        _POINTS + "test_a_table_comes_back_as_it_was_at_any_second_whatever_wrote_to_it",
        _POINTS + "test_the_newest_instant_is_five_minutes_ago_and_the_oldest_as_many_days_as_are_asked_for",
        _POINTS + "test_a_protected_table_cannot_be_deleted_and_is_there_afterwards",
        _TABLES + "test_the_windows_say_when_the_newest_backup_is_further_behind_than_is_promised",
        _TEMPLATE + "test_backups_last_as_long_as_the_design_says",
        _TEMPLATE + "test_a_table_that_is_backed_up_can_neither_be_deleted_nor_go_with_the_stack",
        _ROOMS + "messaging/test_once.py::"
        "test_all_due_reminders_go_exactly_once_though_workers_are_killed_and_messages_come_twice",
    )),
    Promise(47, "Art. 32(1)(b) GDPR", ("plumbing", "accounts", "booking"), (
        "tests/house/test_doors.py::test_signed_in_forms_say_who_may_and_what_it_is_about",
        _CHANGES + "test_appointments_of_others_do_not_exist",
        _ROOMS + "accounts/test_team.py::test_another_partners_people_are_not_there",
        _ROOMS + "accounts/test_keys.py::test_another_partners_key_is_not_there",
        _ENVELOPE + "test_a_key_that_lies_with_another_partner_opens_nothing",
        _LOG + "test_nobody_sees_what_happened_elsewhere",
    )),
    Promise(48, "Art. 32 GDPR", ("plumbing", "accounts"), (
        _LOG_IN + "test_the_fourth_attempt_waits_even_with_the_right_password",
        _LOG_IN + "test_one_network_of_ipv6_is_one_address",
        _LOG_IN + "test_nobody_gets_in_while_a_table_is_away",
        "tests/races/test_one_slot.py::test_exactly_three_logins_pass",
        "tests/journeys/test_main_job.py::test_the_fourth_login_of_an_address_waits_to_the_second",
    )),
    Promise(49, "Art. 32(1)(a) GDPR", ("plumbing", "infra"), (
        _CONFORMANCE + "test_every_kind_of_answer_tells_browsers_to_come_by_https_only",
        _LOG_IN + "test_a_login_gives_a_session_in_a_cookie_that_only_the_browser_sees",
    )),
    Promise(50, "Art. 32 GDPR", ("plumbing",), (
        "tests/house/test_doors.py::test_every_unsafe_route_is_a_sealed_form_or_a_webhook",
        _SEALS + "test_content_that_was_never_offered_is_refused",
        _SEALS + "test_a_form_of_another_place_or_person_is_refused",
        _ROOMS + "booking/test_book.py::test_a_tampered_locked_value_and_a_stale_form_are_refused",
    )),
    Promise(51, "Art. 44-46 GDPR, Art. 16 DSG", ("plumbing", "privacy"), (
        _RECORD + "test_what_goes_to_another_country_says_what_guards_it",
        _EGRESS + "test_an_address_that_is_not_the_vendors_is_refused",
    )),
    Promise(52, "Art. 13(1)(f) GDPR, Art. 19(4) DSG", ("entrance",), (
        _ABROAD,
        _PUBLIC + "test_everybody_who_may_hear_from_us_is_on_the_list",
    )),
    Promise(53, "Art. 17 GDPR, Art. 32 DSG", ("privacy", "booking"), (
        _CLOSING + "test_a_person_closes_the_account_on_a_page_and_sees_the_certificate",
        _CLOSING + "test_the_certificate_claims_nothing_before_it_is_so_and_is_signed_when_it_is",
        _ROOMS + "booking/test_my_page.py::test_everything_held_is_told_and_can_be_erased_and_then_the_link_is_over",
    )),
    Promise(54, "Art. 17(1) GDPR", ("privacy", "accounts", "booking", "offering", "activity"), (
        _ROOMS + "privacy/test_markers.py::"
        "test_what_was_typed_into_any_field_is_nowhere_once_the_account_is_closed",
        _CLOSING + "test_nothing_that_names_anybody_is_left_in_any_table",
        _CLOSING + "test_a_worker_that_dies_at_any_step_leaves_the_same_certificate",
        _HOUSE_FORGET + "test_a_room_that_remembers_can_forget_and_is_listed",
        _HOUSE_FORGET + "test_every_kind_of_row_that_goes_by_a_date_stands_on_one_shelf",
    )),
    Promise(55, "Art. 15 and 20 GDPR, Art. 25 and 28 DSG", ("booking", "exchange"), (
        _EXPORTS + "test_everything_as_a_workbook_holds_what_the_json_holds",
        _EXPORTS + "test_the_link_is_good_for_a_quarter_of_an_hour_and_the_file_for_a_day",
        _EXPORTS + "test_a_customer_takes_their_own_data_and_nobody_elses",
        _CHANGES + "test_a_link_shows_everything_that_is_held",
    )),
    Promise(56, "Art. 20 GDPR, Art. 28 DSG", ("exchange",), (
        _WORKBOOK + "test_what_goes_in_comes_out",
        _WORKBOOK + "test_hostile_text_is_text_and_too_long_text_goes_on_in_another_sheet",
        _ROOMS + "exchange/test_bring_back.py::test_an_account_is_brought_back_into_an_empty_one_with_the_same_content",
        _ROOMS + "exchange/test_bring_back.py::test_whatever_a_form_takes_of_a_customer_comes_back_from_a_file_as_it_was",
    )),
    Promise(57, "Art. 12(1) GDPR", ("consent",), (
        _POLICIES + "test_the_version_in_force_is_the_last_that_began",
        _POLICIES + "test_what_never_was_is_not_there",
        _PUBLISHED + "test_a_text_that_was_edited_is_refused_by_the_build_and_shown_to_nobody",
        _VERSIONS + "test_a_year_in_which_the_terms_change",
    )),
    Promise(58, "Art. 4(11) GDPR", ("consent", "entrance"), (_VERSIONS + "test_a_year_in_which_the_terms_change",)),
    Promise(59, "Art. 7 and 28(2) GDPR", ("consent", "messaging"), (
        _VERSIONS + "test_a_year_in_which_the_terms_change",
        _VERSIONS + "test_a_change_that_is_not_important_is_told_and_asked_of_nobody",
        _VERSIONS + "test_team_customers_and_programs_go_on_while_the_owner_decides",
        _PUBLISHED + "test_a_version_is_added_once_and_in_time",
    )),
    Promise(60, "Art. 12(2) GDPR", ("support",), (
        _QUESTIONS + "test_a_question_about_data_protection_is_a_ticket_with_the_day_by_which_it_is_answered",
        _QUESTIONS + "test_without_scripts_what_was_typed_stays_and_goes_as_the_same_ticket",
    )),
    Promise(61, "Art. 13(1)(a) GDPR, Art. 3(1)(s) UWG", ("entrance",), (
        _PUBLIC + "test_the_imprint_says_what_the_deployment_says_and_makes_nothing_up",
    )),
    Promise(62, "Art. 28 GDPR, Art. 9 DSG", ("consent", "accounts"), (
        _VERSIONS + "test_the_agreement_as_a_file_for_everybody_and_filled_in_for_the_partner",
    )),
    Promise(63, "Art. 13 GDPR", ("consent",), (_POLICIES + "test_everybody_may_read_what_is_in_force",)),
    Promise(64, "Art. 30 GDPR, Art. 12 DSG", ("privacy",), (
        _RECORD + "test_every_point_of_the_article_is_answered",
        _RECORD + "test_every_stored_attribute_stands_in_the_record",
        _RECORD + "test_people_read_it_in_their_language",
        _RECORD + "test_as_an_excel_file_it_says_what_the_json_says",
    )),
    Promise(65, "Art. 12(1) GDPR", ("consent", "entrance"), (
        _PUBLIC + "test_a_policy_shows_its_version_its_hash_and_every_word_of_its_text",
    )),
)  # fmt: skip
