#pragma once
// Every command's row; their table is in core/command.cpp.

#include <terminal/core/command.hpp>

namespace axiom::terminal {

extern Command const help_command;
extern Command const echo_command;
extern Command const env_command;
extern Command const exit_command;
extern Command const version_command;
extern Command const status_command;
extern Command const tail_command;
extern Command const show_command;
extern Command const search_command;
extern Command const verify_command;
extern Command const ps_command;
extern Command const top_command;
extern Command const kill_command;
extern Command const caps_command;
extern Command const grant_command;
extern Command const revoke_command;
extern Command const calc_command;
extern Command const service_list_command;
extern Command const service_status_command;
extern Command const service_start_command;
extern Command const service_stop_command;
extern Command const service_restart_command;
extern Command const action_propose_command;
extern Command const action_list_command;
extern Command const action_show_command;
extern Command const action_owed_command;
extern Command const board_get_command;
extern Command const object_put_command;
extern Command const object_get_command;
extern Command const object_show_command;
extern Command const object_list_command;
extern Command const object_total_command;
extern Command const job_submit_command;
extern Command const job_list_command;
extern Command const job_status_command;
extern Command const job_wait_command;
extern Command const job_cancel_command;
extern Command const job_output_command;
extern Command const why_command;
extern Command const policy_list_command;
extern Command const policy_test_command;
extern Command const policy_propose_command;
extern Command const policy_add_command;
extern Command const policy_remove_command;
extern Command const policy_confirm_command;
extern Command const request_list_command;
extern Command const request_show_command;
extern Command const request_wait_command;
extern Command const request_approve_command;
extern Command const request_refuse_command;
extern Command const permissions_list_command;
extern Command const permissions_show_command;
extern Command const permissions_approve_command;
extern Command const permissions_refuse_command;
extern Command const permissions_revoke_command;
extern Command const permissions_history_command;
extern Command const permissions_provenance_command;
extern Command const clock_command;
extern Command const shutdown_command;

} // namespace axiom::terminal
