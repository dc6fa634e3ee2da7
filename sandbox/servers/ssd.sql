-- The Standard Safeguarding Dataset, as its own scripts lay it out in PostgreSQL (facts: extracts 1.5): names and keys
-- are the standard's, and moments stand for days. The tables of EHC plans are placeholders, and stay empty.
create table ssd_person (
    pers_person_id       varchar(48) primary key,
    pers_forename        varchar(100),
    pers_surname         varchar(255),
    pers_sex             varchar(20),
    pers_gender          varchar(10),
    pers_ethnicity       varchar(48),
    pers_dob             timestamp,
    pers_common_child_id varchar(48),
    pers_legacy_id       varchar(48),
    pers_upn_unknown     varchar(6),
    pers_send_flag       char(5),
    pers_expected_dob    timestamp,
    pers_death_date      timestamp,
    pers_is_mother       char(1),
    pers_nationality     varchar(48)
);
create table ssd_linked_identifiers (
    link_table_id         varchar(48) primary key,
    link_person_id        varchar(48) not null references ssd_person,
    link_identifier_type  varchar(100),
    link_identifier_value varchar(100),
    link_valid_from_date  timestamp,
    link_valid_to_date    timestamp
);
create table ssd_disability (
    disa_table_id        varchar(48) primary key,
    disa_person_id       varchar(48) not null references ssd_person,
    disa_disability_code varchar(48)
);
create table ssd_send (
    send_table_id    varchar(48) primary key,
    send_person_id   varchar(48) not null references ssd_person,
    send_upn         varchar(48),
    send_uln         varchar(48),
    send_upn_unknown varchar(6)
);
create table ssd_ehcp_requests (
    ehcr_ehcp_request_id       varchar(48) primary key,
    ehcr_send_table_id         varchar(48) references ssd_send,
    ehcr_ehcp_req_date         timestamp,
    ehcr_ehcp_req_outcome_date timestamp,
    ehcr_ehcp_req_outcome      varchar(100)
);
create table ssd_ehcp_assessment (
    ehca_ehcp_assessment_id           varchar(48) primary key,
    ehca_ehcp_request_id              varchar(48) references ssd_ehcp_requests,
    ehca_ehcp_assessment_outcome_date timestamp,
    ehca_ehcp_assessment_outcome      varchar(100),
    ehca_ehcp_assessment_exceptions   varchar(100)
);
create table ssd_ehcp_named_plan (
    ehcn_named_plan_id            varchar(48) primary key,
    ehcn_ehcp_asmt_id             varchar(48) references ssd_ehcp_assessment,
    ehcn_named_plan_start_date    timestamp,
    ehcn_named_plan_ceased_date   timestamp,
    ehcn_named_plan_ceased_reason varchar(100)
);
create table ssd_ehcp_active_plans (
    ehcp_active_ehcp_id               varchar(48) primary key,
    ehcp_ehcp_request_id              varchar(48) references ssd_ehcp_requests,
    ehcp_active_ehcp_last_review_date timestamp
);
create table ssd_sen_need (
    senn_table_id              varchar(48) primary key,
    senn_active_ehcp_id        varchar(48) references ssd_ehcp_active_plans,
    senn_active_ehcp_need_type varchar(100),
    senn_active_ehcp_need_rank char(1)
);
