package io.wkmq.benchmarks.load;

/**
 * The settings of a run, as given on the command line.
 *
 * @param target the broker
 * @param crew the clients
 * @param traffic the messages
 * @param decorations the optional features of the messages
 * @param extras the settings that apply only to some commands
 * @param json whether to print the result as one line of JSON, without progress
 */
record Options(Target target, Crew crew, Traffic traffic, Decorations decorations, Extras extras, boolean json) {}
