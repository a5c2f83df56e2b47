package io.freshet.contracts.message;

/**
 * Counters of a whole task, as known to the publisher, so that live views need not remember its objects.
 *
 * @param objects objects of the task
 * @param complete objects that every node has
 * @param failed objects that failed
 * @param delivered (object, node) pairs that are done
 * @param pairs all (object, node) pairs
 */
public record TaskTotals(int objects, int complete, int failed, long delivered, long pairs) {}
