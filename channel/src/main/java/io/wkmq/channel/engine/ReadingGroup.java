package io.wkmq.channel.engine;

/**
 * A group of readers who share the records of a channel.
 *
 * @param name as its dead letters have it
 * @param cursor the name of its cursor, by which it is known
 * @param ordered whether one of them gets all, the others in his place; else each record is given to whoever takes one
 */
public record ReadingGroup(String name, String cursor, boolean ordered) {}
