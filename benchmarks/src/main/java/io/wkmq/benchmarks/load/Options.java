package io.wkmq.benchmarks.load;

/**
 * What the command line asks for.
 *
 * @param target the broker
 * @param crew the clients
 * @param traffic the messages
 * @param decorations what the messages carry beside
 * @param extras what only some commands have
 * @param json whether the result is one line of JSON, without progress
 */
record Options(Target target, Crew crew, Traffic traffic, Decorations decorations, Extras extras, boolean json) {}
