/** How often a layer is repeated, and how many models a fold has, at most: far more than anybody trains. */
export const mostRepeated = 1000;
export const mostMembers = 1000;
