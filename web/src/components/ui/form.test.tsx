import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiFailure } from '@/lib/api/client';
import { FormNote, textOf, useForm } from './Form';

afterEach(cleanup);

function Profile({ send }: { send: (name: string) => Promise<unknown> }) {
  const form = useForm((data) => send(textOf(data, 'name')), { EMAIL_TAKEN: 'email' });
  return (
    <form onSubmit={form.onSubmit} onInput={form.onInput}>
      <FormNote form={form} done="Saved." />
      <input name="name" aria-label="Name" />
      <p data-testid="name">{form.at('name')}</p>
      <p data-testid="email">{form.at('email')}</p>
      <button type="submit" disabled={form.busy}>
        Save
      </button>
    </form>
  );
}

const press = () => fireEvent.click(screen.getByText('Save'));

describe('useForm', () => {
  it('sends what is typed and says that it went well, until the next change', async () => {
    const send = vi.fn(() => Promise.resolve());
    render(<Profile send={send} />);
    fireEvent.input(screen.getByLabelText('Name'), { target: { value: 'Ann' } });
    press();
    await screen.findByText('Saved.');
    expect(send).toHaveBeenCalledWith('Ann');
    fireEvent.input(screen.getByLabelText('Name'), { target: { value: 'Anna' } });
    expect(screen.queryByText('Saved.')).toBeNull();
  });

  it('puts a refusal where it belongs: at its field, or over the whole form', async () => {
    const refusals = [
      new ApiFailure(400, 'VALIDATION_ERROR', '', { name: 'is too short' }),
      new ApiFailure(409, 'EMAIL_TAKEN', ''),
      new ApiFailure(429, 'RATE_LIMITED', '', { retryAfter: '30' }),
    ];
    render(<Profile send={() => Promise.reject(refusals.shift())} />);
    press();
    await vi.waitFor(() => expect(screen.getByTestId('name').textContent).toBe('Is too short.'));
    expect(screen.getByRole('alert').textContent).toBe('');
    press();
    await vi.waitFor(() => expect(screen.getByTestId('email').textContent).toMatch(/already/));
    expect(screen.getByTestId('name').textContent).toBe('');
    press();
    await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/too quick/));
  });
});
